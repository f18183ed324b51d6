"""The sign-in pages: plain accessible HTML, one style sheet, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from sandbox.identity.registry import PERMISSIONS
from sandbox.model import PERSONAL_TENANT, User

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--soft:#605e5c;--paper:#fff;--ground:#eef1f5;--line:#d6d6d6;
--brand:#0f5fa8;--brand-ink:#fff;--hover:#f3f2f1}
@media (prefers-color-scheme:dark){:root{--ink:#f3f2f1;--soft:#b3b0ad;--paper:#1f1f1f;--ground:#111417;--line:#484644;
--brand:#62abf5;--brand-ink:#10202f;--hover:#2b2a29}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);
font:15px/1.45 "Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue",sans-serif}
main{width:min(440px,100vw);background:var(--paper);padding:44px;margin:16px 0;box-shadow:0 2px 6px #0003}
@media (max-width:600px){body{place-items:start stretch;background:var(--paper)}
main{width:100%;padding:24px;box-shadow:none;margin:0}}
.brand{display:flex;gap:8px;align-items:center;font-weight:600;color:var(--soft);margin-bottom:20px}
.brand svg{width:20px;height:20px}
h1{font-size:24px;font-weight:600;line-height:1.25;margin:0 0 12px}
p{margin:0 0 14px}.soft{color:var(--soft);font-size:13px}
ul{margin:0 0 16px;padding:0}ul.scopes{padding-left:20px}ul.scopes li{margin:6px 0}
ul.accounts{list-style:none;margin:12px -44px 16px}
.account{width:100%;display:flex;gap:14px;align-items:center;text-align:left;padding:12px 44px;border:0;background:none;
color:inherit;font:inherit;cursor:pointer}
@media (max-width:600px){ul.accounts{margin:12px -24px 16px}.account{padding:12px 24px}}
.account:hover{background:var(--hover)}
.account b{display:block;font-weight:600}.account small{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
.face{flex:none;width:42px;height:42px;border-radius:50%;display:grid;place-items:center;background:var(--brand);
color:var(--brand-ink);font-weight:600}
.actions{display:flex;flex-wrap:wrap;gap:8px;justify-content:flex-end;margin-top:24px}
button.plain,button.main,a.button{min-width:108px;min-height:34px;padding:5px 14px;border:1px solid transparent;
font:inherit;cursor:pointer;text-align:center;text-decoration:none}
button.main{background:var(--brand);color:var(--brand-ink)}
button.plain,a.button{background:var(--hover);color:var(--ink);border-color:var(--line)}
:focus-visible{outline:2px solid var(--brand);outline-offset:2px}
a{color:var(--brand)}code{overflow-wrap:anywhere}
.note{border-left:3px solid var(--brand);padding:6px 12px;background:var(--hover);font-size:13px}
label.check{display:flex;gap:10px;align-items:flex-start;margin:12px 0}
footer{font-size:12px;color:var(--soft);margin-top:28px}
"""
_LOGO = (
    '<svg viewBox="0 0 20 20" aria-hidden="true"><rect width="9" height="9" fill="#0f5fa8"/>'
    '<rect x="11" width="9" height="9" fill="#2e8b57"/><rect y="11" width="9" height="9" fill="#c2681d"/>'
    '<rect x="11" y="11" width="9" height="9" fill="#7a5195"/></svg>'
)


def page(title: str, content: str) -> str:
    """A whole page around trusted ``content``."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<div class="brand">{_LOGO}<span>Sandbox identity</span></div>{content}'
        "<footer>This is an emulated sign-in page for trying things out. It asks for no password and knows only "
        "made-up people.</footer></main></body></html>"
    )


def _hidden(values: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in values.items()
    )


def _initials(user: User) -> str:
    return "".join(part[0] for part in user.name.split()[:2]).upper()


def picker(
    application: str, action: str, users: Sequence[User], signed_in: Iterable[str], tenants: Mapping[str, str]
) -> str:
    """The account picker; each account is one button."""
    known = set(signed_in)
    rows = []
    for user in users:
        kind = "Personal account" if user.tenant == PERSONAL_TENANT else tenants.get(user.tenant, "Work account")
        state = "Signed in" if user.id in known else "No password needed"
        rows.append(
            f'<li><button class="account" name="account" value="{escape(user.id)}" '
            f'data-testid="account-{escape(user.address)}" aria-label="{escape(user.name)}, {escape(user.address)}">'
            f'<span class="face" aria-hidden="true">{escape(_initials(user))}</span><span><b>{escape(user.name)}</b>'
            f"<small>{escape(user.address)}<br>{escape(kind)} · {state}</small></span></button></li>"
        )
    content = (
        f"<h1>Pick an account</h1><p>to continue to <b>{escape(application)}</b></p>"
        f'<form method="post" action="{escape(action)}">{_hidden({"step": "account"})}'
        f'<ul class="accounts" aria-label="Accounts">{"".join(rows)}</ul></form>'
        f'<form method="post" action="{escape(action)}" class="actions">'
        f"{_hidden({'step': 'account', 'decision': 'cancel'})}"
        '<button class="plain" data-testid="picker-cancel">Cancel</button></form>'
    )
    return page("Pick an account", content)


def consent(
    application: str, action: str, user: User, scopes: Sequence[str], *, for_tenant: str = "", admin: bool = False
) -> str:
    """The consent page; ``for_tenant`` names the organisation that an administrator consents for."""
    items = "".join(
        f'<li data-testid="scope-{escape(scope)}">{escape(PERMISSIONS[scope])} '
        f'<span class="soft">({escape(scope)})</span></li>'
        for scope in scopes
    )
    asked = "Review for your organization" if for_tenant else "Let this app access your info?"
    whom = (
        f"This app will get access to the following in all of {escape(for_tenant)}:"
        if for_tenant
        else "This app would like to:"
    )
    whole = ""
    if admin:
        whole = (
            '<label class="check"><input type="checkbox" name="organization" value="1" '
            'data-testid="consent-organization"> <span>Consent on behalf of your organization</span></label>'
        )
    content = (
        f'<p class="soft" data-testid="consent-user">{escape(user.address)}</p>'
        f"<h1>{'Permissions requested' if not for_tenant else asked}</h1>"
        f"<p><b>{escape(application)}</b><br><span class='soft'>unverified</span></p><p>{whom}</p>"
        f'<ul class="scopes">{items}</ul>'
        '<p class="soft">Accepting these permissions means that you allow this app to use your data as described. '
        "You can change these permissions later in your account.</p>"
        f'<form method="post" action="{escape(action)}">{_hidden({"step": "consent", "account": user.id})}{whole}'
        '<div class="actions"><button class="plain" name="decision" value="cancel" data-testid="consent-cancel">'
        "Cancel</button>"
        '<button class="main" name="decision" value="accept" data-testid="consent-accept">Accept</button></div></form>'
    )
    return page("Permissions requested", content)


def approval_needed(application: str, action: str, again: str, user: User, scopes: Sequence[str]) -> str:
    """What a user sees where only an administrator may consent."""
    items = "".join(
        f"<li>{escape(PERMISSIONS[scope])} <span class='soft'>({escape(scope)})</span></li>" for scope in scopes
    )
    content = (
        f'<p class="soft">{escape(user.address)}</p><h1 data-testid="approval-needed">Need admin approval</h1>'
        f"<p><b>{escape(application)}</b> needs permission to access resources in your organization that only an admin "
        "can grant. Please ask an admin to grant permission to this app before you can use it.</p>"
        f'<ul class="scopes">{items}</ul>'
        f'<p><a href="{escape(again)}" data-testid="approval-admin">Have an admin account? '
        "Sign in with that account</a></p>"
        f'<form method="post" action="{escape(action)}">'
        f"{_hidden({'step': 'approval', 'account': user.id, 'decision': 'return'})}"
        '<button class="plain" data-testid="approval-return">Return to the application without granting '
        "consent</button>"
        '</form><p class="soft">AADSTS90094</p>'
    )
    return page("Need admin approval", content)


def verify(action: str, user: User) -> str:
    """The second factor, which is one press of a button here."""
    content = (
        f'<p class="soft">{escape(user.address)}</p><h1>Approve sign in request</h1>'
        "<p>Your organization asks for more than a password. Press the button as if it were your authenticator app.</p>"
        f'<form method="post" action="{escape(action)}" class="actions">'
        f"{_hidden({'step': 'verify', 'account': user.id})}"
        '<button class="main" data-testid="mfa-approve">Approve</button></form>'
    )
    return page("Approve sign in request", content)


def failure(code: int, text: str, again: str = "") -> str:
    """An error that stays with the identity platform and never reaches the application."""
    back = (
        f'<p><a href="{escape(again)}" data-testid="sign-in-again">Sign in with another account</a></p>'
        if again
        else ""
    )
    content = (
        "<h1>Sorry, but we’re having trouble signing you in.</h1>"
        f'<p class="note" role="alert" data-testid="sign-in-error">AADSTS{code}: {escape(text)}</p>{back}'
    )
    return page("Sign in to your account", content)


def form_post(redirect_uri: str, values: Mapping[str, str]) -> str:
    """A form that posts itself to the application (OAuth 2.0 Form Post Response Mode), or by its button."""
    content = (
        "<h1>Continue</h1><p>Taking you back to the application.</p>"
        f'<form method="post" action="{escape(redirect_uri)}">'
        f'{_hidden(values)}<div class="actions"><button class="main" data-testid="form-post-continue">Continue</button>'
        "</div></form><script>document.forms[0].submit()</script>"
    )
    return page("Working…", content)


def signed_out() -> str:
    return page("Signed out", "<h1>You signed out of your account</h1><p>You can close this window.</p>")

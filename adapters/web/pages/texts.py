"""The wording of the web pages, by language and key; ``{name}`` is filled in by :func:`page_text`."""

from __future__ import annotations

ENGLISH = {
    "connected.title": "Your calendar is connected",
    "connected.body": "{account} is connected to Créneau. You can close this window and go back to the chat.",
    "connected.missing": "Not granted: {scopes}. Some things will not work until they are.",
    "code.title": "One more step: confirm in the chat",
    "code.body": "Type this code into your chat with Créneau in Teams:",
    "code.who": "It lets {person} use the calendars of {account} through Créneau.",
    "code.warning": "If you did not start this yourself in your own chat, "
    "do not give the code to anybody: close this page.",
    "code.until": "The code is valid for ten minutes and works once.",
    "cancelled.title": "Sign-in cancelled",
    "cancelled.body": "Nothing was connected and nothing was changed.",
    "consent_missing.title": "Permission is missing",
    "consent_missing.body": "To read and write your calendars, Créneau needs: {scopes}.",
    "consent_missing.self": "Sign in again and accept them, or ask an administrator to grant them.",
    "consent_missing.admin": "In your organisation only an administrator can grant them. Send yours this link:",
    "consent_missing.link": "Grant permission for the organisation (administrators)",
    "refused.title": "Microsoft refused the sign-in",
    "refused.body": "No account was connected. "
    "If it happens again, give your administrator this reference: {reference}.",
    "refused.codes": "Microsoft's own code: {codes}.",
    "unavailable.title": "Microsoft's sign-in does not answer",
    "unavailable.body": "Nothing was connected. Please try again in a minute.",
    "taken.title": "Already connected by somebody else",
    "taken.body": "This mailbox is connected by another person in Teams. It must be disconnected there first.",
    "expired.title": "This link has expired",
    "expired.body": "A sign-in link works for ten minutes. Go back to the chat and type “connect” for a new one.",
    "already_used.title": "This sign-in is finished",
    "already_used.body": "It was used already. If you have just connected an account, all is well: go back to the "
    "chat. Otherwise type “connect” there for a new link.",
    "wrong_browser.title": "Please use one browser",
    "wrong_browser.body": "The sign-in was started in another browser, or this one does not accept cookies. "
    "Go back to the chat and open the link again, here.",
    "nothing_received.title": "The sign-in is not finished",
    "nothing_received.body": "Microsoft has not sent an answer yet.",
    "invalid.title": "This address is incomplete",
    "invalid.body": "Go back to the chat and type “connect” for a new link.",
    "trouble.title": "Something went wrong here",
    "trouble.body": "Nothing was lost. Please go back to the chat and try again. Reference: {reference}.",
    "admin_granted.title": "Permission granted",
    "admin_granted.body": "People of your organisation can now connect their calendars in their chat with Créneau.",
    "admin_refused.title": "Permission was not granted",
    "admin_refused.body": "Nothing was changed. An administrator of your organisation can grant it at any time.",
    "retry": "Try again",
}

FRENCH = {
    "connected.title": "Votre calendrier est connecté",
    "connected.body": "{account} est connecté à Créneau. "
    "Vous pouvez fermer cette fenêtre et revenir à la conversation.",
    "connected.missing": "Non accordé : {scopes}. Certaines fonctions resteront indisponibles.",
    "code.title": "Dernière étape : confirmez dans la conversation",
    "code.body": "Tapez ce code dans votre conversation avec Créneau, dans Teams :",
    "code.who": "Il permet à {person} d’utiliser les calendriers de {account} avec Créneau.",
    "code.warning": "Si vous n’avez pas lancé cette connexion vous-même depuis votre conversation, ne donnez ce code à "
    "personne : fermez cette page.",
    "code.until": "Le code est valable dix minutes et ne sert qu’une fois.",
    "cancelled.title": "Connexion annulée",
    "cancelled.body": "Rien n’a été connecté, rien n’a changé.",
    "consent_missing.title": "Il manque une autorisation",
    "consent_missing.body": "Pour lire et écrire dans vos calendriers, Créneau a besoin de : {scopes}.",
    "consent_missing.self": "Reconnectez-vous en acceptant ces autorisations, ou demandez-les à un administrateur.",
    "consent_missing.admin": "Dans votre organisation, seul un administrateur peut les accorder. Envoyez-lui ce lien :",
    "consent_missing.link": "Accorder l’autorisation pour l’organisation (administrateurs)",
    "refused.title": "Microsoft a refusé la connexion",
    "refused.body": "Aucun compte n’a été connecté. Si cela se reproduit, donnez cette référence à votre "
    "administrateur : {reference}.",
    "refused.codes": "Code de Microsoft : {codes}.",
    "unavailable.title": "La connexion Microsoft ne répond pas",
    "unavailable.body": "Rien n’a été connecté. Veuillez réessayer dans une minute.",
    "taken.title": "Déjà connecté par quelqu’un d’autre",
    "taken.body": "Cette boîte aux lettres est connectée par une autre personne dans Teams. "
    "Il faut d’abord l’y déconnecter.",
    "expired.title": "Ce lien a expiré",
    "expired.body": "Un lien de connexion est valable dix minutes. Revenez à la conversation et tapez « connecter » "
    "pour en obtenir un autre.",
    "already_used.title": "Cette connexion est terminée",
    "already_used.body": "Elle a déjà servi. Si vous venez de connecter un compte, tout va bien : revenez à la "
    "conversation. Sinon, tapez-y « connecter » pour obtenir un autre lien.",
    "wrong_browser.title": "Veuillez utiliser un seul navigateur",
    "wrong_browser.body": "La connexion a commencé dans un autre navigateur, ou celui-ci refuse les cookies. "
    "Revenez à la conversation et ouvrez de nouveau le lien, ici.",
    "nothing_received.title": "La connexion n’est pas terminée",
    "nothing_received.body": "Microsoft n’a pas encore répondu.",
    "invalid.title": "Cette adresse est incomplète",
    "invalid.body": "Revenez à la conversation et tapez « connecter » pour obtenir un autre lien.",
    "trouble.title": "Un problème est survenu ici",
    "trouble.body": "Rien n’est perdu. Revenez à la conversation et réessayez. Référence : {reference}.",
    "admin_granted.title": "Autorisation accordée",
    "admin_granted.body": "Les membres de votre organisation peuvent maintenant connecter leurs calendriers dans leur "
    "conversation avec Créneau.",
    "admin_refused.title": "L’autorisation n’a pas été accordée",
    "admin_refused.body": "Rien n’a changé. Un administrateur de votre organisation peut l’accorder à tout moment.",
    "retry": "Réessayer",
}

CATALOGUE = {"en": ENGLISH, "fr": FRENCH}


def page_text(language: str, key: str, **params: str) -> str:
    """The plain text of ``key`` (not yet escaped for HTML); English where the language is not known."""
    wording = CATALOGUE.get(language, ENGLISH)[key]
    for name, value in params.items():
        wording = wording.replace(f"{{{name}}}", value)
    return wording

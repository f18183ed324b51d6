"""``python -m manifest``: build and check the Teams app package from settings in the environment."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from manifest.build import pack, package_files
from manifest.settings import PackageError

_SETTINGS = """\
settings, from the environment:
  BOT_APP_ID        application id of the bot registration
  GRAPH_CLIENT_ID   application id of the registration that reads and writes calendars
  PUBLIC_URL        where the bot is reached, https
  PACKAGE_VERSION   version of the package (default 1.0.0); raise it with every upload
  DEVELOPER_NAME    who publishes it in your organization (default Créneau)
  PRIVACY_URL       your privacy statement, https: the app's details link to it
  TERMS_URL         your terms of use, https
  WEBSITE_URL       the website that they link to (default: PUBLIC_URL)
"""


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Write the zip and say so; on a problem say it in one line and return 1."""
    parser = argparse.ArgumentParser(
        prog="python -m manifest",
        description="Build and check the Teams app package.",
        epilog=_SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--output", type=Path, default=Path("creneau.zip"), help="where to write (default creneau.zip)")
    options = parser.parse_args(arguments)
    try:
        packed = pack(package_files(environment))
        options.output.write_bytes(packed)
    except PackageError as error:
        print(f"manifest: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"manifest: cannot write {options.output}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{options.output}: {len(packed)} bytes, ready to upload")
    return 0


if __name__ == "__main__":
    sys.exit(main())

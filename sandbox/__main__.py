"""``python -m sandbox``."""

from __future__ import annotations

import sys

from sandbox.main import main

sys.exit(main())

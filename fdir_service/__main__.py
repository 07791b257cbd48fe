"""``python -m fdir_service`` is ``fdir``."""

from fdir_service.cli import main

main()

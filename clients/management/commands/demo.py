"""Make an empty database usable at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from clients.operations import create_demo

WELCOME = """
  beanpay at {base}

  Admin      {base}/admin/
  Operator   {operator}
  Password   {password}
  API key    {secret}
  API pages  {base}/swagger-ui.html

  Both secrets are shown this once. Move some money:

  curl -H 'Authorization: Bearer {secret}' '{base}/account/create?eid=86001&name=colin'
  curl -H 'Authorization: Bearer {secret}' '{base}/account/balance/add?eid=86001&trade_no=8970&amount=200'
  curl -H 'Authorization: Bearer {secret}' '{base}/account/balance/deduct?eid=86001&trade_no=8971&amount=20.25'
"""  # noqa: E501 - a curl line is pasted whole
WELCOME_BACK = """
  beanpay at {base}

  Admin      {base}/admin/
  API pages  {base}/swagger-ui.html
"""


class Command(BaseCommand):
    """Make an operator and an API client in an empty database, and print how to use them."""

    help = "In an empty database, make an operator and an API client; print how to begin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port that will be served."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, **options: Any) -> None:
        """Make them, unless there is anybody already."""
        base = f"http://127.0.0.1:{options['port']}"
        demo = create_demo()
        if demo is None:
            self.stdout.write(WELCOME_BACK.format(base=base))
            return
        self.stdout.write(
            WELCOME.format(
                base=base, operator=demo.operator, password=demo.password, secret=demo.secret
            )
        )

"""What an operator does beside a running bot: none of it is imported by a bot that serves."""

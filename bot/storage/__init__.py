"""What is remembered: no Discord, no HTTP."""

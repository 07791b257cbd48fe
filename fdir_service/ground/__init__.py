"""The ground's side: telecommands by name, telemetry in words, and the links that carry both."""

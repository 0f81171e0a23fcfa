"""Small widgets that know nothing of chat."""

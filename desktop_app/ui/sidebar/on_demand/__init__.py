"""What the sidebar shows only when it is asked for. Each is imported by the method that shows it: a start waits for none."""

"""Whether boxes are the right tool: how the things in them look when turned, and how they lie."""

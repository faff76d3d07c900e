"""A whole class: what is stale, who marks it, what is kept."""

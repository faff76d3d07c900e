"""Stands in for matplotlib where the runtime has none: the notebooks run, without pictures."""

SENTENCE = "No picture here: this site was built without matplotlib. Everything else works."


class Nothing:
    """Whatever is asked of it, it is nothing."""

    def __getattr__(self, name: str) -> "Nothing":
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **kwargs: object) -> "Nothing":
        return self

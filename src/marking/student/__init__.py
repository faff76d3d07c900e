"""Where students meet the examiner: `check(f)` in a notebook, `marking check` in a shell."""

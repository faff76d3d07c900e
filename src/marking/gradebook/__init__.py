"""nbgrader's side: its gradebook, its preprocessors, its pages, its exports."""

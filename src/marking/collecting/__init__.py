"""A learning platform's download, sorted into `submitted/`: one file for each platform's names."""

"""What a study is: its file, its factors, its design, and all that its results follow from."""

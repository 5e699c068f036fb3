"""Why does a story have its score? Word by word, in numbers and in sentences."""

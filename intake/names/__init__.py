"""Who is named in a text: names, titles and what stands for them, and the stored parties meant."""

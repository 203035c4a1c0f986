"""What others do with a page: cite it, show a picture of it, frame it, find it by searching."""

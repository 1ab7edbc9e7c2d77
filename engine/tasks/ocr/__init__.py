"""OCR: fields located and read."""

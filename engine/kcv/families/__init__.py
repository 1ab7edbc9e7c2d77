"""One module a family of backbones; each exports `SPECS`, and they are found by listing the package."""

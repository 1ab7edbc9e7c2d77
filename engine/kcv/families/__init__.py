"""One module a family of backbones; each exports `SPECS` and is found by listing the package."""

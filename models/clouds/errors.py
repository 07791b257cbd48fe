"""What can be wrong with pictures that are given."""


class PictureError(ValueError):
    """A folder, table or picture that is not what its layout promises; names file, key and reason."""

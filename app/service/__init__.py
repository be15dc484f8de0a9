"""The recorder as a service of this account: from login on, and again when it fails."""

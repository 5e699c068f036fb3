"""What an archive takes on a cluster: measured, and reckoned for any number of stories."""

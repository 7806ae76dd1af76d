"""Cards of PluralKit: systems, members, groups, who is at the front, and who sent a message."""

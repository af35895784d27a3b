"""The core of the referral exchange hub: what the agencies said, what they owe, what was told."""

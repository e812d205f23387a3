"""A small reference implementation of the kez wire contract: keys, signed envelopes, sealing, subjects, headers.

It shares no code with the product, so that an agreement of the two means something.
"""

"""The bytes that a gate and its community exchange, and the signatures over them.  Pure.

* :mod:`~station.wire.canonical` one JSON text for one value
* :mod:`~station.wire.entry` an entry of the journal: header, personal, sealed; hash and head signature
* :mod:`~station.wire.batch` consecutive entries in one compressed envelope
* :mod:`~station.wire.document` something signed by the community
* :mod:`~station.wire.receipt` and :mod:`~station.wire.order` the two documents there are

docs/formats.md describes every byte.  A change here is a migration on every card: new versions are added
beside the old, nothing is edited.
"""

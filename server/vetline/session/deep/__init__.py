"""The deep tier: analysis that may be late, in a process of its own, which may hang or crash without anybody noticing.

In the server there are :mod:`~vetline.session.deep.tier`, which decides what is analysed and when, and
:mod:`~vetline.session.deep.process`, its end of the pipes; they agree on :mod:`~vetline.session.deep.wire` with
:mod:`~vetline.session.deep.worker`, which is the process, in the confines of :mod:`~vetline.session.deep.confinement`.
"""

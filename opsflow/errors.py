"""The one exception that a user may see."""


class OpsflowError(Exception):
    """The user or the machine cannot go on.

    Its text is one sentence that names the thing and says what to do. The command line prints it
    and ends with status 2. Wrong *data* is never an exception: it is a `Finding`.
    """

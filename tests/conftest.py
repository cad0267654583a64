"""What holds for all tests."""

import signal

# A shell without job control starts what runs beside it deaf to Ctrl-C, and programs hand that on to those
# that they start: tests of Ctrl-C would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

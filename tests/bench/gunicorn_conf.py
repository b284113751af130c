"""The server of the references: as the shop's own, without what only the shop has."""

from config import load

worker_class = "gthread"
threads = load().server_threads
preload_app = True
keepalive = 5
control_socket_disable = True

"""The engines that newsq is compared with, and newsq: a module each, all as in `engine`."""

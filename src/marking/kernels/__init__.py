"""Where students' code runs; nothing that comes out of it is believed."""

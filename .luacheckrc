std = "lua54"
max_line_length = 110
files["tests/lua"].globals = { "os" }
exclude_files = { "build", "out" }

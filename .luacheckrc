std = "lua54"
max_line_length = 110
files["tests"] = { globals = { "os" }, ignore = { "11[123]/Test.*" } } -- lua-unit finds global Test… tables
exclude_files = { "build", "out" }

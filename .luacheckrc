std = "lua54"
max_line_length = 110
-- lua-unit finds test cases by their global names.
files["tests"].ignore = { "1../^Test" }
files["tests/lua"].globals = { "os" }
exclude_files = { "build", "out" }
-- Annotations of public names; their code never runs.
files["lua/meta"] = { ignore = { "2.." }, max_line_length = 140 }
-- Quotes in a notebook's text use locals that its code doesn't.
files["scripts/notebooks"].ignore = { "211" }

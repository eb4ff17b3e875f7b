--- Time over scanned parameters: which cells form a line, the axes, the heat map of two parameters, titles.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local parameters = require "bakeoff.model.parameters"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local scan_words = require "bakeoff.analysis.wording.scan"
local shades = require "bakeoff.plotting.shades"
local stress = require "support_stress"

local variable = built_chart.variable

local function load(cells, fields) return results.load(runs.make(stress.scanned(cells, fields))) end

local function build(cells, fields) return charts.build("scan", load(cells, fields), {}, true) end

local function cell(label, time, ...)
   local list = {}
   for name, value in (" " .. table.concat({ ... }, " ")):gmatch "(%w+)=(%S+)" do
      list[#list + 1] = { name, value }
   end
   return { label = label, time = time, parameters = #list > 0 and list or nil }
end

TestParameters = {}

function TestParameters.test_numbers_have_a_kind()
   for words, expected in pairs { ["4"] = { 4, "count" }, ["-1.5"] = { -1.5, "count" },
      ["16 KiB"] = { 16384, "size" }, ["4k"] = { 4000, "size" }, ["20ms"] = { 0.02, "time" } } do
      lu.assertEquals({ parameters.number(words) }, expected, words)
   end
   for _, words in ipairs { "", "fast", "3 cores", "1.2.3", "nan" } do
      lu.assertNil((parameters.number(words)), words)
   end
end

function TestParameters.test_labels_name_parameters()
   local function read(label)
      local found, rest = parameters.in_label(label)
      return found and scan_words.values({ "", "n", "m" }, { [found[1][1]] = found[1][2] }), rest
   end
   lu.assertEquals({ read "16 KiB" }, { "16 KiB", "" })
   lu.assertEquals({ read "threads (n=64)" }, { "n=64", "threads" })
   lu.assertEquals({ read "dd n=4k of=x" }, { "n=4k", "dd of=x" })
   lu.assertEquals({ read "xz (of=x, n=1)" }, { "n=1", "xz (of=x)" })
   lu.assertNil((read "python 3.11"))
   lu.assertNil((read "threads (mode=fast)"))
end

function TestParameters.test_a_line_is_named_by_what_its_labels_share()
   for _, case in ipairs { { "xz -T {n} -k", "xz -T 1 -k", "xz -T 12 -k" }, { "xz", "xz (n=1)", "xz (n=2)" },
      { "xz (m=a)", "xz (m=a n=1)", "xz (m=a n=10)" }, { "a {n} b", "a 1e3 b", "a 1e4 b" },
      { "usual", "1", "2" }, { "usual", "é1", "è1" }, { "alone 5", "alone 5" } } do
      lu.assertEquals(scan_words.line({ table.unpack(case, 2) }, "n", "usual"), case[1])
   end
   lu.assertEquals(scan_words.line({ "4 KiB", "16 KiB" }, "", "usual"), "usual")
end

TestLines = {}

function TestLines.tearDown() runs.clear() end

function TestLines.test_one_command_over_its_values()
   local built = build { cell("p 4", 0.4, "n=4"), cell("p 1", 1.6, "n=1"), cell("p 2", 0.8, "n=2") }
   lu.assertEquals(built.title, "n=4 is fastest; n=1 takes 4 times as long")
   lu.assertEquals(variable(built, "x_title"), "n")
   lu.assertEquals(variable(built, "x_tick_text"), { "1", "2", "4" })
   lu.assertEquals({ variable(built, "x_log"), variable(built, "y_log") }, { 0, 0 })
   lu.assertEquals(variable(built, "y_min"), 0)
   lu.assertEquals(variable(built, "label_text"), { "p {n}" })
   local first = built.data:match "\n(%S+ %S+)"
   lu.assertEquals(first, "1 1.6")
   lu.assertStrContains(built.vars.hover[1].text, "p {n}, n=1: 1.60 s")
end

function TestLines.test_what_is_spread_widely_is_on_a_logarithmic_axis()
   local built = build { cell("p 4k", 9, "bs=4k"), cell("p 64k", 3, "bs=64k"), cell("p 1M", 0.1, "bs=1M") }
   lu.assertEquals({ variable(built, "x_log"), variable(built, "y_log") }, { 1, 1 })
   lu.assertEquals(variable(built, "x_tick_text"), { "4k", "64k", "1M" })
   lu.assertStrContains(variable(built, "x_title"), "log")
   lu.assertStrContains(variable(built, "y_title"), "total time (s, log)")
   built = build { cell("p 0", 1, "n=0"), cell("p 1", 2, "n=1"), cell("p 99", 3, "n=99") }
   lu.assertEquals(variable(built, "x_log"), 0) -- zero has no logarithm
end

function TestLines.test_commands_are_told_apart_by_the_plan()
   local cells = { cell("gzip", 1) }
   for _, name in ipairs { "fast", "slow" } do
      for n = 1, 3 do
         cells[#cells + 1] = cell(("%s %d"):format(name, n), (name == "slow" and 4 or 2) / n, "n=" .. n)
      end
   end
   local built = build(cells)
   lu.assertEquals(variable(built, "series_count"), 2)
   local names = table.concat(variable(built, "label_text"), ",")
   for _, name in ipairs { "fast {n}", "slow {n}", "gzip" } do
      lu.assertStrContains(names, name)
   end
   lu.assertEquals(built.title, "fast 3 is fastest; slow 1 takes 6 times as long")
end

function TestLines.test_texts_make_lines_of_their_own()
   local cells = {}
   for n = 1, 3 do
      for _, mode in ipairs { "a", "b" } do
         cells[#cells + 1] = cell(("p (n=%d mode=%s)"):format(n, mode), n + (mode == "b" and 5 or 0),
            "n=" .. n, "mode=" .. mode)
      end
   end
   local built = build(cells)
   lu.assertEquals(variable(built, "series_count"), 2)
   lu.assertEquals(built.title, "n=1, mode=a is fastest; n=3, mode=b takes 8 times as long")
end

function TestLines.test_labels_of_scripts_count_too()
   local run = results.load(runs.make { repeats = 6, workers = { 4 }, contenders = {
      { "threads", label = "threads (buffer=1)" }, { "threads", label = "threads (buffer=2)" },
      { "threads", label = "threads (buffer=3)" } } })
   local built = charts.build("scan", run, {}, false)
   lu.assertEquals(variable(built, "x_title"), "buffer")
   lu.assertEquals(variable(built, "label_text"), { "threads" })
end

function TestLines.test_a_tie_is_called_one()
   local title = build { cell("p 1", 1, "n=1"), cell("p 2", 1, "n=2"), cell("p 3", 1, "n=3"),
      cell("p 4", 1, "n=4") }.title
   lu.assertStrMatches(title, "n=1 to 4: .*")
   title = build { cell("p 1", 9, "n=1"), cell("p 2", 1, "n=2"), cell("p 3", 1, "n=3"),
      cell("p 4", 1, "n=4"), cell("p 5", 9, "n=5") }.title
   lu.assertStrMatches(title, "n=2 to 4 tie for fastest .*; n=[15] takes 9 times as long")
   title = build { cell("p 1", 1, "n=1"), cell("p 2", 9, "n=2"), cell("p 3", 1, "n=3"),
      cell("p 4", 1, "n=4"), cell("p 5", 1, "n=5"), cell("p 6", 1, "n=6") }.title
   lu.assertStrContains(title, "5 of 6 values")
   title = build({ cell("p 1", 1, "n=1"), cell("p 2", 2, "n=2"), cell("p 3", 3, "n=3") },
      { repeats = 3 }).title
   lu.assertStrContains(title:lower(), "too few repeats")
end

function TestLines.test_few_values_are_drawn_only_when_asked_for()
   local run = load { cell("p 1", 1, "n=1"), cell("p 2", 2, "n=2") }
   lu.assertNotNil(charts.build("scan", run, {}, true))
   local built, _, aside = charts.build("scan", run, {}, false)
   lu.assertEquals({ built, aside }, { nil, "aside" })
   run = load { cell("a", 1), cell("b", 2), cell("c", 2) }
   lu.assertNil((charts.build("scan", run, {}, true)))
   run = load { cell("p x", 1, "n=x"), cell("p y", 2, "n=y"), cell("p 3", 2, "n=3") }
   lu.assertNil((charts.build("scan", run, {}, true)))
end

function TestLines.test_a_cell_that_failed_leaves_a_gap()
   local built = build({ cell("p 1", 1, "n=1"), cell("p 2", 2, "n=2"), cell("p 3", 3, "n=3") }, {
      change = function(trial)
         trial.status = trial.label == "p 2" and "failed" or "ok"
         trial.total_s = trial.status == "ok" and tonumber(trial.label:match "%d") + trial.block / 1e3 or nil
      end })
   lu.assertStrContains(built.title, "; n=2 failed")
   local _, points = built.data:match("^[^\n]*\n(.-)\n\n"):gsub("[^\n]+", "")
   lu.assertEquals(points, 2)
end

TestTogether = {}

function TestTogether.tearDown() runs.clear() end

local function together(sizes, fields)
   local cells = {}
   for index, size in ipairs(sizes) do
      local n = 2 ^ (index - 1) | 0
      cells[index] = cell(("p -n %d %s"):format(n, size), 8 / n, "n=" .. n, "size=" .. size)
   end
   return build(cells, fields)
end

function TestTogether.test_two_numbers_that_advance_together_are_one_axis()
   local built = together { "10", "20", "40" }
   lu.assertEquals(built.title, "n=4, size=40 is fastest; n=1, size=10 takes 4 times as long")
   lu.assertEquals(variable(built, "x_title"), "n, size")
   lu.assertEquals(variable(built, "x_tick_text"), { "1, 10", "2, 20", "4, 40" })
   lu.assertEquals(variable(built, "label_text"), { "p -n {n, size}" })
   lu.assertStrContains(built.vars.hover[1].text, "p -n {n, size}, n=1, size=10: 8.00 s")
end

function TestTogether.test_words_may_advance_with_a_number()
   lu.assertEquals(variable(together { "a", "b", "c" }, "x_tick_text"), { "1, a", "2, b", "4, c" })
   lu.assertEquals(variable(together { "a", "a", "b" }, "x_tick_text"), { "1, a", "2, a", "4, b" })
end

function TestTogether.test_neighbours_are_a_range_of_both()
   local title = build { cell("p 1 5", 1, "n=1", "m=5"), cell("p 2 6", 1, "n=2", "m=6"),
      cell("p 3 7", 1, "n=3", "m=7"), cell("p 4 8", 9, "n=4", "m=8") }.title
   lu.assertStrMatches(title, "n=1, m=5 to n=3, m=7 tie for fastest .*; n=4, m=8 takes 9 times as long")
end

function TestTogether.test_too_many_values_for_their_texts_leave_the_axis_to_the_first()
   local cells = {}
   for n = 1, 20 do
      cells[n] = cell(("p %d %d"):format(n, 100 + n), n, "n=" .. n, "m=" .. 100 + n)
   end
   lu.assertEquals(variable(build(cells), "x_title"), "n")
end

function TestTogether.test_a_third_number_makes_a_plane()
   local cells = {}
   for index, n in ipairs { 1, 2, 4 } do
      for _, k in ipairs { 7, 8, 9 } do
         cells[#cells + 1] = cell(("p (n=%d m=%d k=%d)"):format(n, index * 10, k), n + k, "n=" .. n,
            "m=" .. index * 10, "k=" .. k)
      end
   end
   local built = build(cells)
   lu.assertEquals({ variable(built, "x_title"), variable(built, "y_title") }, { "n, m", "k" })
   lu.assertEquals(variable(built, "column_text"), { "1, 10", "2, 20", "4, 30" })
   lu.assertStrContains(built.vars.hover[1].text, "n=1, m=10, k=7: ")
end

-- Labels may leave combinations out: only what tells each other both ways is one thing.
function TestTogether.test_labels_of_scripts()
   local function labelled(...)
      local contenders = {}
      for index, words in ipairs { ... } do
         contenders[index] = { "threads", label = ("threads (%s)"):format(words) }
      end
      return charts.build("scan", results.load(runs.make { repeats = 6, workers = { 4 },
         contenders = contenders }), {}, true)
   end
   lu.assertEquals(variable(labelled("n=1 m=5", "n=2 m=6", "n=3 m=7"), "x_title"), "n, m")
   local built = labelled("n=1 m=5", "n=2 m=5", "n=3 m=7", "n=4 m=7")
   lu.assertEquals({ variable(built, "x_title"), variable(built, "series_count") }, { "n", 2 })
end

TestMap = {}

function TestMap.tearDown() runs.clear() end

local function plane(time, fields)
   local cells = {}
   for _, n in ipairs { 1, 2, 4 } do
      for _, m in ipairs { 10, 20, 30, 40 } do
         cells[#cells + 1] = cell(("p (n=%d m=%d)"):format(n, m), time(n, m), "n=" .. n, "m=" .. m)
      end
   end
   return build(cells, fields)
end

-- The rows of a block of the data, as texts.
local function block(built, title)
   local rows = {}
   for row in (built.data .. "\n\n"):match("# " .. title .. ":[^\n]*\n(.-)\n\n\n?"):gmatch "[^\n]+" do
      rows[#rows + 1] = row
   end
   return rows
end

function TestMap.test_cells_are_named_by_their_values_if_labels_are_the_command()
   local function names_of(label)
      local cells = {}
      for n = 1, 2 do
         for m = 7, 8 do
            cells[#cells + 1] = cell(label:format(n, m), n + m, "n=" .. n, "m=" .. m)
         end
      end
      local run = results.load(runs.make(stress.scanned(cells)))
      local built = charts.build("speed", run, {}, true)
      return built.title, variable(built, "name_text")
   end
   local title, names = names_of "/bin/program -n %d --more %d file"
   lu.assertStrContains(title, "n=1, m=7 is fastest; n=2, m=8 takes ")
   lu.assertEquals(names, { "n=1, m=7", "n=1, m=8", "n=2, m=7", "n=2, m=8" })
   lu.assertEquals(select(2, names_of "mine%d%d")[1], "mine17") -- the user's own
end

function TestMap.test_two_numbers_make_a_plane()
   local built = plane(function(n, m) return n + m / 10 end)
   lu.assertEquals(built.title, "m=10, n=1 is fastest; m=40, n=4 takes 4 times as long")
   lu.assertEquals(variable(built, "column_text"), { "10", "20", "30", "40" })
   lu.assertEquals(variable(built, "row_text"), { "1", "2", "4" })
   lu.assertEquals({ variable(built, "x_title"), variable(built, "y_title") }, { "m", "n" })
   lu.assertEquals(variable(built, "cell_count"), 12)
   lu.assertEquals(variable(built, "legend_text"), { "total time (s)", "2.00", "8.00" })
   lu.assertStrContains(table.concat(block(built, "cells"), "\n"), "1 1 2 ")
   lu.assertStrContains(built.vars.hover[1].text, "m=10, n=1: 2.00 s")
end

function TestMap.test_the_best_and_those_tied_with_it_have_frames()
   local built = plane(function(n, m) return n == 1 and m < 30 and 1 or n + m / 10 end)
   lu.assertStrContains(built.title, "m=10, n=1 and m=20, n=1 tie for fastest")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "frames: the fastest")
   lu.assertEquals(#block(built, "thin frames"), 14)
   built = plane(function(n, m) return n + m / 10 end)
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "frame: the fastest")
   lu.assertEquals({ #block(built, "thick frames"), block(built, "thin frames") }, { 7, { "NaN NaN" } })
   built = plane(function() return 1 end)
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "no frames: ")
   lu.assertEquals(block(built, "thick frames"), { "NaN NaN" })
   built = plane(function(n, m) return n + m / 10 end, { repeats = 3 })
   lu.assertEquals(block(built, "thin frames"), { "NaN NaN" })
end

function TestMap.test_a_wide_spread_has_logarithmic_colours()
   local built = plane(function(n, m) return n ^ 3 * m end)
   lu.assertStrContains(variable(built, "legend_text")[1], "log")
end

function TestMap.test_a_cell_that_failed_says_so()
   local built = plane(function(n, m) return n + m / 10 end, { change = function(trial)
      local n, m = trial.label:match "n=(%d+) m=(%d+)"
      trial.total_s = tonumber(n) + tonumber(m) / 10 + trial.block / 1e3
      if n == "4" and m == "40" then
         trial.status, trial.total_s = "failed", nil
      end
   end })
   local count = 0
   for _, words in ipairs(variable(built, "cell_text")) do
      count = count + (words == "failed" and 1 or 0)
   end
   lu.assertEquals(count, 1)
   lu.assertStrContains(built.title, "m=40, n=4 failed")
end

function TestMap.test_the_order_of_the_scans_does_not_matter()
   local cells = {}
   for m = 1, 3 do
      for n = 1, 3 do
         cells[#cells + 1] = cell(("p (n=%d m=%d)"):format(n, m), n + m, "m=" .. m, "n=" .. n)
      end
   end
   local built = build(cells)
   lu.assertEquals(built.templates, { "style.gp", "heat.gp" })
end

TestShades = {}

-- Lightness (CIE L*), for which equal steps look equal, also in grey.
local function lightness(colour)
   local sum = 0
   for shift, weight in pairs { [16] = 0.2126, [8] = 0.7152, [0] = 0.0722 } do
      local part = (colour >> shift & 0xff) / 255
      sum = sum + weight * (part <= 0.04045 and part / 12.92 or ((part + 0.055) / 1.055) ^ 2.4)
   end
   return sum > 0.008856 and 116 * sum ^ (1 / 3) - 16 or 903.3 * sum, sum
end

function TestShades.test_equal_steps_are_equally_far_apart_in_grey()
   local first, last = lightness(shades.at(0)), lightness(shades.at(1))
   local whole = (first - last) / 20
   lu.assertTrue(whole > 3.5, "the scale uses little of the range from black to white")
   for step = 1, 20 do
      local apart = lightness(shades.at((step - 1) / 20)) - lightness(shades.at(step / 20))
      lu.assertTrue(apart > whole * 0.75 and apart < whole * 1.25, ("step %d: %.2f"):format(step, apart))
   end
end

function TestShades.test_values_can_be_read_on_every_colour()
   for step = 0, 100 do
      local colour = shades.at(step / 100)
      local _, paper = lightness(colour)
      local _, ink = lightness(shades.ink(colour))
      local contrast = (math.max(paper, ink) + 0.05) / (math.min(paper, ink) + 0.05)
      lu.assertTrue(contrast >= 4.5, ("%d %%: %.2f"):format(step, contrast))
   end
end

os.exit(lu.LuaUnit.run(), true)

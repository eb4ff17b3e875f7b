--- bakeoff.spec: contenders, and the two forms of a job.
local lu = require "luaunit"

local spec = require "bakeoff.experiment.spec"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_spec.lua")
local check, refusal_of = support.check, support.refusal_of
local assert_refused, URLS = support.assert_refused, support.URLS

TestContenders = {}

local function labels_of(experiment)
   local labels = {}
   for i, entry in ipairs(experiment.contenders) do
      labels[i] = entry.label
   end
   return labels
end

function TestContenders.test_bad_entries_are_named()
   assert_refused({ contenders = "threads" }, "contenders: expected a list")
   assert_refused({ contenders = {} }, "contenders: expected a list")
   assert_refused({ contenders = { "threads", "thread" } },
      "contenders[2]: 'thread' is none of: sequential, threads, processes, eventloop, " ..
      "coroutines, hybrid, command; did you mean 'threads'?")
   assert_refused({ contenders = { {} } }, "contenders[1]: 'nil' is none of: sequential")
   assert_refused({ contenders = { { "threads", lable = "x" } } },
      "contenders[1]: unknown field 'lable'; did you mean 'label'?")
   assert_refused({ contenders = { { "threads", session = "bogus" } } }, "contenders[1]: session: 'bogus'")
   assert_refused({ contenders = { "threads", "threads" } }, "contenders[2]: 'threads' is a duplicate label")
end

function TestContenders.test_labels()
   for _, bad in ipairs { "", "  ", "a\nb", "\xff" } do
      assert_refused({ contenders = { { "threads", label = bad } } }, "contenders[1]: label '")
   end
   for bad, fault in pairs { ["a\tb"] = "contains a tab", ["a\nb"] = "contains a line break",
      ["a\27b"] = "control character \\x1B",
      ["a\u{202e}b"] = "an invisible control character", ["a\u{9b}b"] = "an invisible control character",
      [("a"):rep(1001)] = "has 1001 bytes; write at most 1000",
      [" "] = "is empty", ["\xff"] = "is not valid UTF-8" } do
      lu.assertStrContains(refusal_of(check, { contenders = { { "threads", label = bad } } }), fault)
   end
   assert_refused({ contenders = { { "threads", label = 5 } } },
      "contenders[1]: label: expected a text, got a number")
   local experiment = check { contenders = { "threads", { "threads", label = "mehr Fäden ✓" },
      { "threads", label = [[a, "b" and 'c' {d}]] } } }
   lu.assertEquals(labels_of(experiment), { "threads", "mehr Fäden ✓", [[a, "b" and 'c' {d}]] })
end

function TestContenders.test_the_command_line_picks_by_label_or_name_and_adds()
   local function picked(...)
      return labels_of(check({ contenders = { "threads", { "eventloop", label = "one loop" },
         { "eventloop", label = "again" } } }, { contenders = { ... } }))
   end
   lu.assertEquals(picked("one loop"), { "one loop" })
   lu.assertEquals(picked("eventloop", "threads"), { "one loop", "again", "threads" })
   lu.assertEquals(picked("sequential"), { "sequential" })
   lu.assertEquals(picked("threads", "threads"), { "threads" })
   lu.assertEquals(picked("again", "eventloop"), { "again", "one loop" })
   assert_refused({ contenders = { "threads" } },
      "--contenders: 'evenloop' is none of: ",
      { contenders = { "evenloop" } })
end

function TestContenders.test_options_belong_to_one_contender()
   local function options(entry) return check({ contenders = { entry } }).contenders[1].options end
   lu.assertEquals(options { "threads", gil = true }, { gil = true })
   lu.assertEquals(options "threads", {})
   lu.assertEquals(options { "hybrid", offload = "processes", offload_workers = 3.0 },
      { offload = "processes", offload_workers = 3 })
   assert_refused({ contenders = { { "hybrid", offload = "fibres" } } },
      "contenders[1]: offload: 'fibres' is not accepted; write \"threads\" or \"processes\"")
   for _, bad in ipairs { 0, 1.5, "2", 5000 } do
      assert_refused({ contenders = { { "hybrid", offload_workers = bad } } },
         "contenders[1]: offload_workers: '")
   end
   assert_refused({ contenders = { { "threads", gil = "yes" } } },
      "contenders[1]: gil: expected true or false, got 'yes'")
   assert_refused({ contenders = { "threads", { "processes", gil = true } } },
      "contenders[2]: gil belongs to threads, not to processes; leave it out")
   assert_refused({ contenders = { { "threads", offload = "threads" } } },
      "contenders[1]: offload belongs to hybrid, not to threads; leave it out")
   assert_refused({ contenders = { { "eventloop", offload_workers = 2 } } },
      "contenders[1]: offload_workers belongs to hybrid, not to eventloop")
   assert_refused({ contenders = { { "processes", start = "spawn" } } },
      "contenders[1]: start belongs to bake.processes; a contender's processes are forked from its trial, " ..
      "so leave it out")
   assert_refused({ contenders = { { "threads", gill = true } } },
      "contenders[1]: unknown field 'gill'; did you mean 'gil'?")
end

TestTask = {}

local function body() end

local function task_given(fields)
   local full = { name = "x", items = { 1, 2, 3 }, task = body }
   for key, value in pairs(fields or {}) do
      full[key] = value
   end
   return full
end

local function check_task(fields, settings) return spec.check(task_given(fields), settings or {}) end

local function assert_task_refused(fields, expected, settings)
   local message = refusal_of(check_task, fields, settings)
   lu.assertEquals(message:sub(1, #expected), expected)
end

function TestTask.test_items_and_task_instead_of_urls_and_process()
   local full = check_task { shared = { 1 } }
   lu.assertEquals({ full.form, full.count, full.items, full.shared }, { "task", 3, { 1, 2, 3 }, { 1 } })
   lu.assertIs(full.task, body)
   lu.assertNil(full.urls)
   lu.assertEquals({ check().form, check().count }, { "urls", 2 })
end

function TestTask.test_exactly_one_form()
   local sentence = ": does not go with %s; an experiment has urls (and process), or items and task"
   for _, field in ipairs { "urls", "process" } do
      assert_task_refused({ [field] = field == "urls" and URLS or body }, field .. sentence:format("items"))
   end
   assert_refused({ task = body }, "urls" .. sentence:format("task"))
   assert_refused({ items = {} }, "urls" .. sentence:format("items"))
   assert_refused({ shared = {} }, "shared" .. sentence:format("urls"))
end

function TestTask.test_both_parts_are_needed()
   lu.assertEquals(refusal_of(spec.check, { name = "x", items = { 1 } }, {}),
      "task: expected a function of ctx and an item, got a nil")
   lu.assertEquals(refusal_of(spec.check, { name = "x", task = body }, {}),
      "items: expected a list of values, such as { 1, 2, 3 }, got a nil")
end

function TestTask.test_items_are_a_list()
   assert_task_refused({ items = 3 }, "items: expected a list of values, such as { 1, 2, 3 }, got a number")
   for _, bad in ipairs { { a = 1 }, { 1, nil, 3 }, { 1, x = 2 } } do
      assert_task_refused({ items = bad }, "items: expected a list with the keys 1, 2, 3, …")
   end
   assert_task_refused({ items = {} }, "items: the list is empty; give at least one item")
   local site <close> = require("bakeoff.net.server").start {}
   lu.assertIs(check_task({ items = site:urls("/%d", 2) }).server, site)
end

function TestTask.test_shared_is_a_table()
   assert_task_refused({ shared = 7 }, "shared: expected a table, such as { base = url }, got a number")
   assert_task_refused({ shared = false }, "shared: expected a table")
end

function TestTask.test_a_proxy_is_not_for_the_fixture()
   local site <close> = require("bakeoff.net.server").start {}
   lu.assertEquals(check_task({ server = site }).fetch.proxy, "")
   lu.assertNil(check_task().fetch.proxy)
end

function TestTask.test_eventloop_is_left_out_or_refused()
   local labels = labels_of(check_task())
   lu.assertNotStrContains(table.concat(labels, " "), "eventloop")
   lu.assertEquals(labels, { "sequential", "threads", "processes", "coroutines", "hybrid" })
   local sentence = ": eventloop runs the declarative form only (urls and process)"
   assert_task_refused({ contenders = { "threads", "eventloop" } }, "contenders[2]" .. sentence)
   assert_task_refused({ contenders = { "threads", { "eventloop", label = "loop" } } },
      "contenders[2]" .. sentence)
   assert_task_refused({}, "--contenders" .. sentence, { contenders = { "eventloop" } })
   lu.assertEquals(labels_of(check_task({ contenders = { "threads" } }, { contenders = { "processes" } })),
      { "processes" })
end

os.exit(lu.LuaUnit.run(), true)

--- The registry of contenders: what the rest of bakeoff knows about each by its name. Nothing else under
-- lua/bakeoff decides by a contender's name (tests/house/test_contenders.lua checks this). How a contender
-- runs its jobs is in contenders/<name>.lua.
--
--    name             as scripts and files have it; its module is contenders/<name>.lua
--    words            its name on charts and in tables
--    subject          its name as the subject of a sentence, where that differs from words
--    plural           true: that subject takes a plural verb
--    look             its colour on light and on dark paper, its marker (gnuplot's point type) and its dash
--                     (1 is solid, the others are in plots/style.gp)
--    unasked          the forms of an experiment in which it takes part when the script names no contenders
--    options          the fields of an entry that belong to it; their checks are in
--                     experiment/spec_contenders.lua
--    fixed_workers    the only worker count that it runs with
--    is_reference     true: the others are compared with it if it ran
--    worker_noun      what its workers are, where each is a thread or process of its own
--    on_loop          true: its workers are slots of an event loop
--    one_thread       true: everything runs on that loop's thread
--    has_pool         true: jobs on its loop hand their computing to a pool
--    is_program       true: another program; its entry in the script must say which
--
-- The colours are safe for colour-blind readers (Okabe and Ito, "Color universal design", 2008); their orange
-- is darker here, since each colour has a contrast of at least 3 : 1 to the paper. Marker and dash tell
-- contenders apart in grey print, too.

local contender = {}

local ALL_FORMS = { urls = true, task = true }

local LIST = {
   { name = "sequential", words = "sequential",
      look = { light = 0x8a8a8a, dark = 0xa8a8a8, marker = 9, dash = 1 },
      unasked = ALL_FORMS, fixed_workers = 1, is_reference = true },
   { name = "threads", words = "threads", plural = true,
      look = { light = 0x0072b2, dark = 0x56b4e9, marker = 7, dash = 1 },
      unasked = ALL_FORMS, options = { gil = true }, worker_noun = "threads" },
   { name = "processes", words = "processes", plural = true,
      look = { light = 0xd55e00, dark = 0xf08040, marker = 5, dash = 4 },
      unasked = ALL_FORMS, worker_noun = "processes" },
   { name = "eventloop", words = "event loop", subject = "the event loop",
      look = { light = 0x009e73, dark = 0x2cc49a, marker = 13, dash = 1 },
      unasked = { urls = true }, on_loop = true, one_thread = true },
   { name = "coroutines", words = "coroutines", plural = true,
      look = { light = 0xcc79a7, dark = 0xe39ac4, marker = 11, dash = 2 },
      unasked = ALL_FORMS, on_loop = true, one_thread = true },
   { name = "hybrid", words = "hybrid",
      look = { light = 0xc48600, dark = 0xf2b632, marker = 15, dash = 5 },
      unasked = { task = true }, options = { offload = true, offload_workers = true },
      on_loop = true, has_pool = true },
   { name = "command", is_program = true },
}

-- What a program is compared to if it follows none of these models.
local OTHER = { name = "other", words = "other",
   look = { light = 0x6b6b2f, dark = 0xc3c36a, marker = 3, dash = 1 } }

local BY_NAME = { other = OTHER }

--- The names of all contenders, in the order in which messages list them.
contender.NAMES = {}

--- The models that a program can follow, sorted: those of all contenders, and "other".
contender.MODELS = { "other" }

for index, facts in ipairs(LIST) do
   BY_NAME[facts.name], contender.NAMES[index] = facts, facts.name
   if not facts.is_program then
      table.insert(contender.MODELS, facts.name)
   end
end
table.sort(contender.MODELS)

local NOTHING = {}

--- The facts about a contender or model; an empty table for a name that nobody knows (of a later version).
function contender.of(name) return BY_NAME[name] or NOTHING end

--- Is this contender one of our own models, and not a program?
function contender.is_model(name)
   local facts = BY_NAME[name]
   return facts ~= nil and facts ~= OTHER and not facts.is_program
end

local function names_where(is_wanted)
   local names = {}
   for _, facts in ipairs(LIST) do
      names[#names + 1] = is_wanted(facts) and facts.name or nil
   end
   return names
end

--- The names of the contenders that take part where a script names none. form: "urls" or "task".
function contender.unasked(form)
   return names_where(function(facts) return facts.unasked and facts.unasked[form] end)
end

--- The names of the contenders to which a field of an entry belongs.
function contender.with_option(option)
   return names_where(function(facts) return facts.options and facts.options[option] end)
end

--- The looks of all models, in an order in which neighbours differ well: the reference's grey comes last.
function contender.looks()
   local looks, grey = {}, {}
   for _, facts in ipairs(LIST) do
      table.insert(facts.is_reference and grey or looks, facts.look)
   end
   table.move(grey, 1, #grey, #looks + 1, looks)
   looks[#looks + 1] = OTHER.look
   return looks
end

-- Words in a label or program name that say which model a program follows; the first match counts.
local RELATIVES = {
   { "gevent", "coroutines" }, { "aiohttp", "eventloop" }, { "asyncio", "eventloop" },
   { "uvloop", "eventloop" }, { "event", "eventloop" }, { "greenlet", "coroutines" },
   { "coroutine", "coroutines" }, { "thread", "threads" }, { "process", "processes" },
   { "requests", "sequential" }, { "sequential", "sequential" }, { "synchronous", "sequential" },
}

--- The model that a program with this label seems to follow: one of MODELS.
function contender.guessed(label)
   local text = label:lower()
   for _, pair in ipairs(RELATIVES) do
      if text:find(pair[1], 1, true) then
         return pair[2]
      end
   end
   return "other"
end

return contender

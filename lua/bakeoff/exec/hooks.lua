--- The commands around the measured ones: --setup, --prepare, --conclude, --cleanup. Each is given once for
-- all commands, or once for each.

local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local scan = require "bakeoff.exec.scan"

local hooks = {}

--- Their names: of the options, and of the fields of an entry.
hooks.NAMES = { "setup", "prepare", "conclude", "cleanup" }

--- The names of --random.
function hooks.random_names(args)
   local names = {}
   for index, pair in ipairs(args.random or {}) do
      names[index] = pair[1]
   end
   return names
end

local function check_once(args, name)
   local of_one_trial = { out = true, ["repeat"] = true }
   for _, drawn in ipairs(hooks.random_names(args)) do
      of_one_trial[drawn] = true
   end
   for _, words in ipairs(args[name] or {}) do
      for _, used in ipairs(scan.names_in(words)) do
         if of_one_trial[used] then
            failure.usage("--%s: {%s} differs between trials, but this command runs once; leave it out", name,
               used)
         end
      end
   end
end

--- Raises (usage) for options that don't fit the number of commands.
function hooks.check(args, commands)
   for _, name in ipairs(hooks.NAMES) do
      local count = #(args[name] or {})
      if count > 1 and count ~= commands then
         failure.usage("--%s: %d given for %s; give one for all, or one for each", name, count,
            numbers.plural(commands, "command"))
      end
   end
   check_once(args, "setup")
   check_once(args, "cleanup")
end

--- The words of a hook of command `number`; nil if it has none.
function hooks.of(args, name, number)
   local list = args[name] or {}
   return list[#list > 1 and number or 1]
end

--- Adds all words of the hooks of command `number` to a list of texts.
function hooks.add_texts(args, number, texts)
   for _, name in ipairs(hooks.NAMES) do
      local words = hooks.of(args, name, number) or {}
      table.move(words, 1, #words, #texts + 1, texts)
   end
end

return hooks

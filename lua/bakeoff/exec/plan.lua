--- Turns the command line of `bakeoff exec` into an experiment: every command with all combinations of the
-- scanned values that it uses.

local command_label = require "bakeoff.exec.label"
local failure = require "bakeoff.base.failure"
local hooks = require "bakeoff.exec.hooks"
local random_values = require "bakeoff.contenders.random_values"
local repeats = require "bakeoff.exec.repeats"
local scan = require "bakeoff.exec.scan"
local secrets = require "bakeoff.base.secrets"
local text = require "bakeoff.base.text"

local exec_plan = {}

-- The placeholders of the contender (placeholders.lua) that mean something without URLs and items.
local PLACEHOLDERS = { "out", "repeat", "seed" }

local SHORT = 24 -- characters of a command that stands beside its values

local function contains(list, wanted)
   for _, one in ipairs(list) do
      if one == wanted then
         return true
      end
   end
   return false
end

-- Texts that all commands share and that may contain placeholders.
local function shared_texts(args)
   local texts = { args.input or "", args.output or "", args.cwd or "" }
   table.move(args.empty or {}, 1, #(args.empty or {}), #texts + 1, texts)
   for _, pair in ipairs(args.env or {}) do
      texts[#texts + 1] = pair[2]
   end
   return texts
end

-- All texts of command `number`.
local function texts_of(args, number, argv, shared)
   local texts = table.move(shared, 1, #shared, 1, {})
   hooks.add_texts(args, number, texts)
   return table.move(argv, 1, #argv, #texts + 1, texts)
end

local function names_of(scans)
   local names = {}
   for _, one in ipairs(scans) do
      table.move(one.names, 1, #one.names, #names + 1, names)
   end
   return names
end

-- Adds the names of an option to those that are known. used: the names in the commands.
local function check_names(option, names, known, used)
   for _, name in ipairs(names) do
      if contains(PLACEHOLDERS, name) then
         failure.usage("%s: {%s} is a built-in placeholder; choose another name", option, name)
      elseif contains(known, name) then
         failure.usage("%s: %s is given twice; write all its values in one %s", option, name, option)
      elseif not contains(used, name) then
         failure.usage("%s: no command uses {%s}%s", option, name, text.suggestion(name, used))
      end
      known[#known + 1] = name
   end
end

local function check_placeholders(args, texts)
   local known, used = table.move(PLACEHOLDERS, 1, #PLACEHOLDERS, 1, {}), scan.names_in(texts)
   check_names("--scan", names_of(args.scan or {}), known, used)
   check_names("--random", hooks.random_names(args), known, used)
   for _, name in ipairs(used) do
      if not contains(known, name) then
         table.sort(known)
         failure.usage("unknown placeholder {%s}%s; the placeholders are {%s}; write {{%s}} for the " ..
            "literal text", name, text.suggestion(name, known), table.concat(known, "}, {"), name)
      end
   end
end

local function filled(list, combination)
   local result = {}
   for index, one in ipairs(list) do
      result[index] = scan.fill(one, combination)
   end
   return result
end

-- "n=4 m=x", without characters that a label can't hold.
local function values_in_words(combination)
   local parts = {}
   for index, pair in ipairs(combination) do
      parts[index] = pair[1] .. "=" .. pair[2]
   end
   return command_label.plain(secrets.text(table.concat(parts, " ")))
end

local function check_env(pairs_given)
   local seen = {}
   for _, pair in ipairs(pairs_given or {}) do
      if seen[pair[1]] then
         failure.usage("--env: %s is given twice; give it once", pair[1])
      end
      seen[pair[1]] = true
   end
end

-- The label of a command. If the label doesn't show the scanned values, they are added in parentheses, and
-- the program's name replaces the command unless another command runs the same program.
local function label_of(case, templates)
   local argv = secrets.words_without(secrets.words(case.entry.argv),
      secrets.of_parameters(case.combination))
   for index, word in ipairs(argv) do
      argv[index] = text.without_double_braces(word)
   end
   local label = command_label.of(argv)
   local named, hidden = scan.names_in(case.template), false
   for _, pair in ipairs(case.combination) do
      hidden = hidden or label:find("…", 1, true) or not contains(named, pair[1])
   end
   if not hidden then
      return label
   end
   local program, users = command_label.program(argv), 0
   for _, template in ipairs(templates) do
      users = users + (command_label.program(template) == program and 1 or 0)
   end
   return ("%s (%s)"):format(users == 1 and program or command_label.of(argv, SHORT),
      values_in_words(case.combination))
end

local function environment_of(args, combination)
   local env = args.env and #args.env > 0 and {} or nil
   for _, pair in ipairs(args.env or {}) do
      env[pair[1]] = scan.fill(pair[2], combination)
   end
   return env
end

-- The words of --output that name no file, as hyperfine has them.
local OUTPUTS = { null = {}, pipe = { pipe_output = true }, inherit = { show_output = true } }

local function entry_of(args, number, template, combination)
   local function fill(one) return one and scan.fill(one, combination) end
   local argv, output = filled(template, combination), OUTPUTS[args.output]
   local entry = {
      "command", argv = argv, env = environment_of(args, combination), cwd = fill(args.cwd),
      stdin = fill(args.input), stdout = not output and fill(args.output) or nil,
      show_output = args.show_output or (output or {}).show_output, pipe_output = (output or {}).pipe_output,
      empty = args.empty and filled(args.empty, combination), ok_codes = args.ignore_failure,
      parameters = #combination > 0 and combination or nil,
   }
   for _, name in ipairs(hooks.NAMES) do
      local words = hooks.of(args, name, number)
      entry[name] = words and filled(words, combination)
   end
   return entry
end

-- The scans that a command uses, in its own texts or in the shared ones.
local function scans_of(scans, texts)
   local used, list = scan.names_in(texts), {}
   for _, one in ipairs(scans) do
      local is_used = false
      for _, name in ipairs(one.names) do
         is_used = is_used or contains(used, name)
      end
      list[#list + 1] = is_used and one or nil
   end
   return list
end

local function combinations_of(scans)
   local count, message = scan.count(scans)
   if not count then
      failure.usage("--scan: %s", message)
   end
   return scan.combinations(scans)
end

-- → list of { entry =, command = number of the command, combination = }
local function expand(args, templates)
   local cases, shared = {}, shared_texts(args)
   for number, template in ipairs(templates) do
      local scans = scans_of(args.scan or {}, texts_of(args, number, template, shared))
      for _, combination in ipairs(combinations_of(scans)) do
         cases[#cases + 1] = { command = number, template = template, combination = combination,
            entry = entry_of(args, number, template, combination) }
      end
   end
   return cases
end

-- The label from --label: of the case itself, or of its command with the scanned values.
local function given_label(args, case, number, per_case)
   local label = args.label[per_case and number or case.command]
   local with_values = scan.fill(label, case.combination)
   if per_case or with_values ~= label or #case.combination == 0 then
      return with_values
   end
   return ("%s (%s)"):format(label, values_in_words(case.combination))
end

local function label_all(args, cases, templates)
   local labels, given, commands = {}, args.label or {}, #templates
   if #given > 0 and #given ~= commands and #given ~= #cases then
      local scanned = #cases ~= commands and (", or for each of the %d with scanned values"):format(#cases)
         or ""
      failure.usage("--label: %d given for %d command%s; give one for each command%s", #given, commands,
         commands == 1 and "" or "s", scanned)
   end
   for number, case in ipairs(cases) do
      labels[number] = #given > 0 and given_label(args, case, number, #given ~= commands)
         or label_of(case, templates)
   end
   labels = command_label.unique(labels)
   for number, case in ipairs(cases) do
      case.entry.label = labels[number]
   end
end

local function job_of(templates, cases)
   if #cases == 1 then
      return "run " .. cases[1].entry.label
   elseif #templates == 1 then
      return ("run %s with %d values"):format(command_label.of(secrets.words(templates[1])), #cases)
   end
   return ("run %d commands"):format(#cases)
end

-- name → its values, as a script gives them.
local function random_of(args)
   local given = {}
   for _, pair in ipairs(args.random or {}) do
      given[pair[1]] = pair[2]
   end
   return random_values.check(next(given) and given or nil, "--random") and given
end

-- The label that --reference names.
local function reference_of(args, contenders)
   local labels = {}
   for index, entry in ipairs(contenders) do
      labels[index] = entry.label
      if entry.label == args.reference then
         return entry.label
      end
   end
   if args.reference then
      failure.usage("--reference: no command has the label '%s'%s; the labels are '%s'",
         text.shown(args.reference), text.suggestion(args.reference, labels), table.concat(labels, "', '"))
   end
end

--- args: from exec_options.parse. → the fields of the experiment (for bake.experiment). Raises usage failures
-- that name the option.
function exec_plan.make(args)
   local templates = { args.command }
   table.move(args.vs or {}, 1, #(args.vs or {}), 2, templates)
   hooks.check(args, #templates)
   local texts = shared_texts(args)
   for number, template in ipairs(templates) do
      texts = texts_of(args, number, template, texts)
   end
   check_placeholders(args, texts)
   check_env(args.env)
   local cases = expand(args, templates)
   label_all(args, cases, templates)
   local contenders = {}
   for number, case in ipairs(cases) do
      contenders[number] = case.entry
   end
   local count, auto = repeats.of(args, #contenders)
   return {
      name = args.name or "exec", job = job_of(templates, cases), contenders = contenders, workers = { 1 },
      repeats = count, auto = auto, reference = reference_of(args, contenders),
      warmup = args.warmup, seed = args.seed, random = random_of(args), timeout = args.timeout,
      sample_every = args.sample_every, margin = args.margin, shake = not args.no_shake,
      counters = args.counters,
   }
end

return exec_plan

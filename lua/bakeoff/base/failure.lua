--- Errors that the user must fix: raised as a table with a one-line message. The command prints only that
-- line (no traceback), and the error's kind decides the exit code.

local failure = {}

local meta = { __tostring = function(self) return self.message end }

local EXIT_CODES = { usage = 2, trial = 1, undecided = 3, interrupted = 130 }

--- The failure itself, not raised: for error handlers.
function failure.new(kind, message)
   return setmetatable({ kind = kind, message = message, exit_code = EXIT_CODES[kind] }, meta)
end

local function raise(kind, message, ...)
   if select("#", ...) > 0 then
      message = message:format(...)
   end
   error(failure.new(kind, message), 0)
end

--- A usage error: one line that names the argument and the remedy. The command exits with 2.
function failure.usage(message, ...) raise("usage", message, ...) end

--- Measuring, checking or drawing failed. The command exits with 1.
function failure.trial(message, ...) raise("trial", message, ...) end

--- A check that was asked to fail if it can't decide could not decide. The command exits with 3.
function failure.undecided(message, ...) raise("undecided", message, ...) end

--- The user pressed Ctrl-C. The command exits with 130.
function failure.interrupted(message, ...) raise("interrupted", message, ...) end

--- Is this caught value a failure of this module?
function failure.is(value) return getmetatable(value) == meta end

return failure

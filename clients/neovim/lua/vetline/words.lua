-- How people are told of code that has come in.

local M = {}

local DONE = { completion = 'accepted', paste = 'pasted', agent = 'written' }

--- @param acceptance table
--- @return string # `accepted from Copilot`; what the server only inferred is `inserted`
function M.origin(acceptance)
  local done = acceptance.exact and DONE[acceptance.kind] or 'inserted'
  if not acceptance.tool then
    return done
  end
  return ('%s %s %s'):format(done, acceptance.kind == 'agent' and 'by' or 'from', acceptance.tool)
end

--- @param count integer
--- @return string
function M.findings(count)
  return count == 0 and 'no findings' or count == 1 and '1 finding' or ('%d findings'):format(count)
end

return M

-- The command `:Vetline`.

local api = vim.api
local marks = require('vetline.marks')
local server = require('vetline.server')
local words = require('vetline.words')

local M = {}

local SPANS = { '7d', '30d', '12w', '6m', '1y', 'all' }

local function run_on_server(buffer, command, arguments, handler)
  local client = server.clients(buffer)[1]
  if not client then
    return server.say('the server isn\'t running here; `:checkhealth vetline` may say why', vim.log.levels.WARN)
  end
  client:exec_cmd({ title = command, command = command, arguments = arguments }, { bufnr = buffer }, function(problem, answer)
    if problem then
      server.say(problem.message, vim.log.levels.ERROR)
    else
      handler(answer)
    end
  end)
end

local function on_acceptance(buffer, command, id, refused, go_on)
  run_on_server(buffer, command, { vim.uri_from_bufnr(buffer), id }, function(done)
    if done then
      go_on()
    else
      server.say(refused, vim.log.levels.WARN)
    end
  end)
end

local function reject(buffer, id, go_on)
  on_acceptance(buffer, 'vetline.rejectAcceptance', id, 'that code can\'t be taken back', go_on)
end

local function step(buffer, target)
  if not target then
    return server.say('there is nothing to review')
  end
  api.nvim_win_set_cursor(0, { target.places[1].row + 1, target.places[1].column })
  vim.cmd.redraw()
  local function go_on() step(buffer, marks.behind(buffer, target.places[1].row)) end
  local choices = {
    { 'Mark as reviewed', function()
      on_acceptance(buffer, 'vetline.reviewed', target.id, 'that code isn\'t there any more', function()
        marks.reviewed(buffer, target.id)
        go_on()
      end)
    end },
    { 'Reject', function() reject(buffer, target.id, go_on) end },
    { 'Go on', go_on },
    { 'Stop here', function() end },
  }
  if target.count > 0 then
    table.insert(choices, 2, { 'Fix what can be fixed', function()
      on_acceptance(buffer, 'vetline.fixAcceptance', target.id, 'nothing in that code can be fixed', function() end)
    end })
  end
  local prompt = ('%s, %s: '):format(words.findings(target.count), words.origin(target.acceptance))
  vim.ui.select(choices, { prompt = prompt, format_item = function(choice) return choice[1] end }, function(choice)
    if choice then
      choice[2]()
    end
  end)
end

local function row()
  return api.nvim_win_get_cursor(0)[1] - 1
end

local function rules_here(first, last)
  local rules = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    if diagnostic.source == 'vetline' and diagnostic.lnum <= last and first <= diagnostic.end_lnum then
      rules[tostring(diagnostic.code)] = true
    end
  end
  return vim.fn.sort(vim.tbl_keys(rules))
end

local subcommands = {}

--- Step through what nobody has reviewed, from the cursor on.
function subcommands.review()
  local buffer = api.nvim_get_current_buf()
  step(buffer, marks.at(buffer, row()) or marks.behind(buffer, row()))
end

--- Take back the code that the cursor is in.
function subcommands.reject()
  local buffer = api.nvim_get_current_buf()
  local target = marks.at(buffer, row())
  if target then
    reject(buffer, target.id, function() end)
  else
    server.say('the cursor isn\'t in code that waits for a review', vim.log.levels.WARN)
  end
end

--- Show the page of a rule: that of the finding under the cursor if none is named.
function subcommands.explain(rule)
  rule = rule or rules_here(row(), row())[1]
  if rule then
    run_on_server(api.nvim_get_current_buf(), 'vetline.explain', { rule }, function() end) -- the server opens the page
  else
    server.say('there is no finding in this line', vim.log.levels.WARN)
  end
end

--- Open the report on accepted code in the browser.
function subcommands.report(since)
  local program = server.program()
  if not program then
    return
  end
  local page = vim.fn.tempname() .. '.html'
  local command = { program, 'report', '--since', since or '30d', '--output', page }
  vim.system(command, { text = true }, vim.schedule_wrap(function(done)
    if done.code ~= 0 then
      return server.say(vim.trim(done.stderr), vim.log.levels.ERROR)
    end
    local _, refusal = vim.ui.open(page)
    if refusal then
      server.say(('the report is in %s'):format(page))
    end
  end))
end

--- End the server, and start it again.
function subcommands.restart()
  server.restart()
end

local completions = {
  explain = function() return rules_here(0, math.huge) end,
  report = function() return SPANS end,
}

--- @param arguments string[]
function M.run(arguments)
  local subcommand = subcommands[arguments[1]]
  if not subcommand or #arguments > (completions[arguments[1]] and 2 or 1) then
    return server.say(('there is no `:Vetline %s`'):format(table.concat(arguments, ' ')), vim.log.levels.ERROR)
  end
  subcommand(arguments[2])
end

--- @param line string the command line
--- @return string[]
function M.complete(line)
  local said = vim.split(line, '%s+')
  local offered = {}
  if #said == 2 then
    offered = vim.fn.sort(vim.tbl_keys(subcommands))
  elseif #said == 3 and completions[said[2]] then
    offered = completions[said[2]]()
  end
  return vim.tbl_filter(function(each) return vim.startswith(each, said[#said]) end, offered)
end

return M

-- `:checkhealth vetline`

local M = {}

local function check_server()
  vim.health.start('Vetline: the server')
  local command = vim.lsp.config.vetline and vim.lsp.config.vetline.cmd
  if type(command) ~= 'table' then
    vim.health.warn('The command is not a list of words; what it starts is not checked')
  elseif vim.fn.executable(command[1]) == 0 then
    vim.health.error(('`%s` is not on the PATH of Neovim'):format(command[1]), {
      'Install Vetline, or name its place: vim.lsp.config(\'vetline\', { cmd = { \'/path/to/vetline\', \'serve\' } })',
    })
  else
    local done = vim.system({ command[1], '--version' }, { text = true }):wait(10000)
    if done.code == 0 then
      vim.health.ok(vim.trim(done.stdout) .. ': ' .. vim.fn.exepath(command[1]))
    else
      vim.health.error(('`%s --version` failed: %s'):format(command[1], vim.trim(done.stderr or '')))
    end
  end
  if not vim.lsp.is_enabled('vetline') then
    vim.health.warn('It is not enabled', { 'Put `require(\'vetline\').setup()` into init.lua' })
  end
  local clients = require('vetline.server').clients()
  if #clients == 0 then
    vim.health.info('It doesn\'t run; it starts with the first Python file')
  end
  for _, client in ipairs(clients) do
    local files = #vim.tbl_keys(client.attached_buffers)
    vim.health.ok(('It runs in %s, with %d open, columns in %s'):format(client.root_dir or 'no folder', files, client.offset_encoding))
  end
end

local function check_assistants()
  vim.health.start('Vetline: assistants')
  if not require('vetline').options.assistants then
    return vim.health.info('Turned off; the server infers what was accepted')
  end
  local known = require('vetline.assistants')
  local caught = known.catch()
  for _, assistant in ipairs(known.known) do
    if caught[assistant.name] then
      vim.health.ok(assistant.name .. ': what you accept is known exactly')
    else
      vim.health.info(assistant.name .. ': not loaded')
    end
  end
  vim.health.info('What others bring in is inferred by the server')
end

function M.check()
  if vim.fn.has('nvim-0.11') == 0 then
    return vim.health.error('Neovim 0.11 or newer is needed')
  end
  check_server()
  check_assistants()
end

return M

--- @brief
---
--- Vetline vets Python code the moment that it comes in, and offers fixes that it has tried out.
---
--- This file works by itself, with `vim.lsp.enable('vetline')`, also in a folder `lsp` of your own.

--- @type vim.lsp.Config
return {
  cmd = { 'vetline', 'serve' },
  filetypes = { 'python' },
  root_markers = { 'vetline.toml', 'pyproject.toml', '.git' },
}

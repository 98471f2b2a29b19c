;;; eglot.el --- The part of remote.el for eglot  -*- lexical-binding: t; -*-

(require 'eglot)

(defun vetline-test-connected ()
  "Tell whether the server runs."
  (if (eglot-current-server) t :json-false))

(defun vetline-test-code-and-severity (diagnostic)
  "Return what the server said about DIAGNOSTIC."
  (let ((wire (alist-get 'eglot-lsp-diag (flymake-diagnostic-data diagnostic))))
    `((code . ,(plist-get wire :code)) (severity . ,(plist-get wire :severity)))))

(defun vetline-test-action-command ()
  "Return the command that asks for code actions."
  #'eglot-code-actions)

(defun vetline-test-fix-all ()
  "Run the source action."
  (eglot-code-actions (point-min) (point-max) "source.fixAll.vetline" t)
  t)

(defun vetline-test-hover ()
  "Return what eldoc has to say about point."
  (let ((answer nil)
        (deadline (+ (float-time) 10)))
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq answer (substring-no-properties text))))
    (while (and (not answer) (< (float-time) deadline))
      (accept-process-output nil 0.05))
    answer))

(defun vetline-test-stop ()
  "End the server as `M-x eglot-shutdown' does, and keep its log."
  (eglot-shutdown (eglot-current-server) nil nil t)
  t)

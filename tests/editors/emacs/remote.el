;;; remote.el --- What a test asks of a running Emacs  -*- lexical-binding: t; -*-

;; Emacs runs as a daemon, and each question comes through emacsclient:
;;   emacsclient --eval '(vetline-test "findings")'
;; The answer is JSON in base64, which no printing rule of Lisp can change.  What depends on the client is in eglot.el and
;; lsp-mode.el.

(require 'cl-lib)
(require 'flymake)
(require 'json)
(require 'seq)

(setq last-nonmenu-event ?x             ; or menus pop up as for a mouse, which a daemon can't show
      create-lockfiles nil
      make-backup-files nil)

(defvar vetline-test-buffer nil "The buffer under test.")

(defun vetline-test (name &rest arguments)
  "Call the function for the question NAME with ARGUMENTS in the buffer under test, and return its answer packed."
  (when (buffer-live-p vetline-test-buffer)
    (switch-to-buffer vetline-test-buffer))
  (let ((answer (apply (intern (concat "vetline-test-" name)) arguments)))
    (base64-encode-string (encode-coding-string (json-encode answer) 'utf-8) t)))

(defun vetline-test-open (file)
  "Visit FILE."
  (setq vetline-test-buffer (find-file file))
  t)

(defun vetline-test-findings ()
  "Return what flymake shows."
  (vconcat
   (mapcar
    (lambda (diagnostic)
      ;; Between an edit and the next answer of the server, flymake may point behind the end of the buffer.
      (let ((begin (min (flymake-diagnostic-beg diagnostic) (point-max)))
            (end (min (flymake-diagnostic-end diagnostic) (point-max))))
        `((line . ,(line-number-at-pos begin t))
          (marked . ,(buffer-substring-no-properties begin end))
          ,@(vetline-test-code-and-severity diagnostic))))
    (flymake-diagnostics))))

(defun vetline-test-go-to (text)
  "Move point to the first occurrence of TEXT."
  (goto-char (point-min))
  (when (search-forward text nil t)
    (goto-char (match-beginning 0))
    t))

(defun vetline-test-choose (title)
  "Ask for the code actions here, choose TITLE if it is there, and return all titles."
  (let (offered)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt collection &rest _)
                 (setq offered (all-completions "" collection))
                 (if (member title offered) title (signal 'quit nil)))))
      (condition-case nil
          (call-interactively (vetline-test-action-command))
        (quit nil)))
    (vconcat offered)))

(defun vetline-test-press (keys)
  "Have the command loop read KEYS, which are written as for `kbd', as if they were pressed."
  (vetline-test-insert (kbd keys)))

(defun vetline-test-insert (text)
  "Have the command loop read TEXT, key by key."
  (setq unread-command-events (append unread-command-events (listify-key-sequence text)))
  t)

(defun vetline-test-keys-left ()
  "Return how many keys are still to be read."
  (length unread-command-events))

(defun vetline-test-save ()
  "Write the buffer."
  (save-buffer)
  t)

(defun vetline-test-messages ()
  "Return all that was said."
  (with-current-buffer "*Messages*" (buffer-substring-no-properties (point-min) (point-max))))

(defun vetline-test-log ()
  "Return what servers wrote to their standard error."
  (mapconcat
   (lambda (buffer)
     (if (string-match-p "stderr" (buffer-name buffer))
         (with-current-buffer buffer (buffer-substring-no-properties (point-min) (point-max)))
       ""))
   (buffer-list) ""))

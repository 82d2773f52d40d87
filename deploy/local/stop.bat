@echo off
rem The same as stop.ps1, for a double click and for cmd.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0stop.ps1" %*
set "LITELLM_STATUS=%ERRORLEVEL%"
rem A window that a double click has opened stays until a key is pressed.
echo %CMDCMDLINE% | find /i "/c" >nul && pause
exit /b %LITELLM_STATUS%

; The Windows installer: for one person, without administrator rights. make.py compiles it and hands in everything that
; has a value; nothing of it stands here. What the person keeps (conversations, settings, models) lies elsewhere and is
; touched by nobody but the uninstaller, when it is asked to.
;
; Switches:  /S  asks nothing     /D=FOLDER  installs there (last, without quotes)     /GGUF  offers itself for .gguf files
; uninstall: /S  asks nothing     /DELETE-DATA  takes conversations, settings, models, backups and kept secrets along
; Exit codes: 0 done, 3 no 64-bit Windows, 4 a newer version is installed, 5 the program is running, 6 files could not be written,
;             7 a folder that it would replace is somebody else's, 8 a Windows that is too old
;
; The program lies in $INSTDIR\app. A new version is unpacked beside it and takes its name when it is whole, so an
; installation that is cut off leaves the old one working, and no file of an older version stays behind.

!macro required NAME
  !ifndef ${NAME}
    !error "${NAME} is not defined: compile this with make.py"
  !else if "${${NAME}}" == ""
    !error "${NAME} is empty"
  !endif
!macroend
!insertmacro required APP_NAME
!insertmacro required APP_ID
!insertmacro required PUBLISHER
!insertmacro required EXE
!insertmacro required DATA_NAME
!insertmacro required TOKEN_NAME
!insertmacro required PROXY_NAME
!insertmacro required VERSION
!insertmacro required SOURCE
!insertmacro required OUTPUT

!ifdef TARGET
  Target ${TARGET}
!endif
Unicode true
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

; Windows 10 1809: the oldest that Qt 6.11 supports, https://doc.qt.io/qt-6.11/windows.html. In an older one no window opens.
!define OLDEST_BUILD 17763

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"
!define OWN_KEY "Software\${APP_ID}"
!define FILE_TYPE "${APP_ID}.gguf"
!define START_MENU_LINK "$SMPROGRAMS\${APP_NAME}.lnk"
!define DESKTOP_LINK "$DESKTOP\${APP_NAME}.lnk"

Name "${APP_NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${APP_NAME}"
InstallDirRegKey HKCU "${OWN_KEY}" "InstallDir"
BrandingText "${APP_NAME} ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${APP_NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${APP_NAME}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${PUBLISHER}"

; Both when the secrets for signing are there: first the uninstaller, then the installer that holds it.
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

!ifdef ICON
  !define MUI_ICON "${ICON}"
  !define MUI_UNICON "${ICON}"
!endif
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\app\${EXE}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString RUNNING ${LANG_ENGLISH} "${APP_NAME} is running. Close it, then choose Retry."
LangString RUNNING ${LANG_SIMPCHINESE} "${APP_NAME} 正在运行。请先关闭它，然后点击“重试”。"
LangString NEEDS_64_BIT ${LANG_ENGLISH} "${APP_NAME} needs a 64-bit Windows."
LangString NEEDS_64_BIT ${LANG_SIMPCHINESE} "${APP_NAME} 需要 64 位 Windows。"
LangString NEEDS_NEWER_WINDOWS ${LANG_ENGLISH} "${APP_NAME} needs Windows 10, version 1809 or newer, or Windows 11."
LangString NEEDS_NEWER_WINDOWS ${LANG_SIMPCHINESE} "${APP_NAME} 需要 Windows 10（1809 或更高版本）或 Windows 11。"
LangString NEWER ${LANG_ENGLISH} "A newer version ($0) is installed, and its conversations may not open in version ${VERSION}. Replace it all the same?"
LangString NEWER ${LANG_SIMPCHINESE} "已安装较新的版本（$0），其中的对话可能无法在 ${VERSION} 版中打开。仍要替换它吗？"
LangString NOT_WRITTEN ${LANG_ENGLISH} "The files could not be put into place. What was installed before is unchanged."
LangString NOT_WRITTEN ${LANG_SIMPCHINESE} "文件无法放到安装位置。之前安装的版本没有改变。"
LangString FOREIGN ${LANG_ENGLISH} "The folder $1 does not belong to ${APP_NAME}. Nothing was changed. Start setup again and choose another folder."
LangString FOREIGN ${LANG_SIMPCHINESE} "文件夹 $1 不属于 ${APP_NAME}。没有更改任何内容。请重新运行安装程序，并选择其他文件夹。"
LangString DESKTOP_SHORTCUT ${LANG_ENGLISH} "Shortcut on the desktop"
LangString DESKTOP_SHORTCUT ${LANG_SIMPCHINESE} "桌面快捷方式"
LangString OPEN_GGUF ${LANG_ENGLISH} "Open model files (.gguf) with ${APP_NAME}"
LangString OPEN_GGUF ${LANG_SIMPCHINESE} "用 ${APP_NAME} 打开模型文件（.gguf）"
LangString GGUF_MODEL ${LANG_ENGLISH} "Language model (GGUF)"
LangString GGUF_MODEL ${LANG_SIMPCHINESE} "语言模型（GGUF）"
LangString DELETE_DATA ${LANG_ENGLISH} "Also delete conversations, settings, models, backups and passwords"
LangString DELETE_DATA ${LANG_SIMPCHINESE} "同时删除对话、设置、已下载的模型、备份和密码"

; A running program, or its engine, holds the file open: it cannot be opened for writing then.
!macro StopWhileRunning un
Function ${un}StopWhileRunning
  ${If} ${FileExists} "$INSTDIR\app\${EXE}"
    retry:
    ClearErrors
    FileOpen $0 "$INSTDIR\app\${EXE}" a
    ${If} ${Errors}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY retry
      SetErrorLevel 5
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
FunctionEnd
!macroend
!insertmacro StopWhileRunning ""
!insertmacro StopWhileRunning "un."

; $1 is about to be replaced or deleted. The program is in what is ours: it is unpacked first. It may have gone where a
; deletion was cut off, or a scanner has taken it away; then what was beside it is there, where we know that we installed.
Function StopWhereForeign
  RMDir "$1"  ; an empty one is no loss
  ReadRegStr $0 HKCU "${OWN_KEY}" "InstallDir"
  ${If} $0 == $INSTDIR
  ${AndIf} ${FileExists} "$1\_internal\*.*"
    Return
  ${EndIf}
  ${If} ${FileExists} "$1\*.*"
  ${AndIfNot} ${FileExists} "$1\${EXE}"
    MessageBox MB_OK|MB_ICONSTOP "$(FOREIGN)" /SD IDOK
    SetErrorLevel 7
    Quit
  ${EndIf}
FunctionEnd

Section "!${APP_NAME}" SECTION_APP
  SectionIn RO
  StrCpy $1 "$INSTDIR\app"
  Call StopWhereForeign
  StrCpy $1 "$INSTDIR\app.old"
  Call StopWhereForeign
  StrCpy $1 "$INSTDIR\app.new"
  Call StopWhereForeign
  Call StopWhileRunning
  Call FinishWhatWasCutOff
  SetOutPath "$INSTDIR\app.new"
  ClearErrors
  ; Not "/": on Windows makensis takes what follows the last "\" for the name to look for, and finds nothing.
  File "${SOURCE}\${EXE}"
  File /r /x "${EXE}" "${SOURCE}\*"
  ${If} ${Errors}
    Goto not_written
  ${EndIf}
  SetOutPath "$INSTDIR"  ; nobody can rename the folder that we stand in
  ${If} ${FileExists} "$INSTDIR\app\*.*"
    ClearErrors
    Rename "$INSTDIR\app" "$INSTDIR\app.old"
    ${If} ${Errors}
      Goto not_written
    ${EndIf}
  ${EndIf}
  ClearErrors
  Rename "$INSTDIR\app.new" "$INSTDIR\app"
  ${If} ${Errors}
    Rename "$INSTDIR\app.old" "$INSTDIR\app"
    Goto not_written
  ${EndIf}
  RMDir /r "$INSTDIR\app.old"

  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "${START_MENU_LINK}" "$INSTDIR\app\${EXE}"
  WriteRegStr HKCU "${OWN_KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${APP_NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\app\${EXE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
  Return

  not_written:
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\app.new"
  MessageBox MB_OK|MB_ICONSTOP "$(NOT_WRITTEN)" /SD IDOK
  SetErrorLevel 6
  Quit
SectionEnd

Section "$(DESKTOP_SHORTCUT)" SECTION_DESKTOP
  CreateShortcut "${DESKTOP_LINK}" "$INSTDIR\app\${EXE}"
SectionEnd

; Not ticked: whoever wants it asks for it. It becomes the program for .gguf only where there is none.
Section /o "$(OPEN_GGUF)" SECTION_GGUF
  WriteRegStr HKCU "Software\Classes\${FILE_TYPE}" "" "$(GGUF_MODEL)"
  WriteRegStr HKCU "Software\Classes\${FILE_TYPE}\DefaultIcon" "" '"$INSTDIR\app\${EXE}",0'
  WriteRegStr HKCU "Software\Classes\${FILE_TYPE}\shell\open\command" "" '"$INSTDIR\app\${EXE}" "%1"'
  WriteRegStr HKCU "Software\Classes\.gguf\OpenWithProgids" "${FILE_TYPE}" ""
  ReadRegStr $0 HKCR ".gguf" ""
  ${If} $0 == ""
    WriteRegStr HKCU "Software\Classes\.gguf" "" "${FILE_TYPE}"
  ${EndIf}
  ${RefreshShellIcons}
SectionEnd

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "$(NEEDS_64_BIT)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  ${IfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    MessageBox MB_OK|MB_ICONSTOP "$(NEEDS_NEWER_WINDOWS)" /SD IDOK
    SetErrorLevel 8
    Quit
  ${EndIf}
  Call StopBeforeOlder
  Call ChooseAsBefore
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/GGUF" $2
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SECTION_GGUF}
  ${EndIf}
FunctionEnd

Function StopBeforeOlder
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONEXCLAMATION "$(NEWER)" /SD IDNO IDYES go_on
      SetErrorLevel 4
      Quit
      go_on:
    ${EndIf}
  ${EndIf}
FunctionEnd

; An upgrade repeats what was chosen: no link that was deleted comes back.
Function ChooseAsBefore
  ReadRegStr $0 HKCU "${OWN_KEY}" "InstallDir"
  ${If} $0 != ""
    ${IfNot} ${FileExists} "${DESKTOP_LINK}"
      !insertmacro UnselectSection ${SECTION_DESKTOP}
    ${EndIf}
    ReadRegStr $0 HKCU "Software\Classes\${FILE_TYPE}\shell\open\command" ""
    ${If} $0 != ""
      !insertmacro SelectSection ${SECTION_GGUF}
    ${EndIf}
  ${EndIf}
FunctionEnd

Function FinishWhatWasCutOff
  ${IfNot} ${FileExists} "$INSTDIR\app\*.*"
    Rename "$INSTDIR\app.old" "$INSTDIR\app"
  ${EndIf}
  RMDir /r "$INSTDIR\app.old"
  RMDir /r "$INSTDIR\app.new"
FunctionEnd

; As the keyring package has named it in Windows' Credential Manager; 1 is CRED_TYPE_GENERIC, the type that it writes.
!macro ForgetSecret TARGET
  System::Call 'advapi32::CredDeleteW(w "${TARGET}", i 1, i 0)'
!macroend

Section "un.${APP_NAME}"
  SectionIn RO
  Call un.StopWhileRunning
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\app.old"
  RMDir /r "$INSTDIR\app.new"
  ; What runs is a copy of it: the one that was called may not have ended yet, or be looked through for malware.
  ${ForEach} $0 1 100 + 1
    Delete "$INSTDIR\uninstall.exe"
    ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
      ${ExitFor}
    ${EndIf}
    Sleep 100
  ${Next}
  RMDir "$INSTDIR"  ; only when nothing of somebody else's is in it
  Delete "${START_MENU_LINK}"
  Delete "${DESKTOP_LINK}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "${OWN_KEY}"
  ReadRegStr $0 HKCU "Software\Classes\.gguf" ""
  ${If} $0 == "${FILE_TYPE}"
    DeleteRegValue HKCU "Software\Classes\.gguf" ""
  ${EndIf}
  DeleteRegValue HKCU "Software\Classes\.gguf\OpenWithProgids" "${FILE_TYPE}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.gguf\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\.gguf"
  DeleteRegKey HKCU "Software\Classes\${FILE_TYPE}"
  ${un.RefreshShellIcons}
SectionEnd

Section /o "un.$(DELETE_DATA)" SECTION_DATA
  !insertmacro ForgetSecret "${APP_NAME}"
  !insertmacro ForgetSecret "${TOKEN_NAME}@${APP_NAME}"
  !insertmacro ForgetSecret "${PROXY_NAME}@${APP_NAME}"
  RMDir /r "$LOCALAPPDATA\${DATA_NAME}"
  RMDir /r "$LOCALAPPDATA\${DATA_NAME}-backups"
SectionEnd

Function un.onInit
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/DELETE-DATA" $2
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SECTION_DATA}
  ${EndIf}
FunctionEnd

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<!-- English is the language of the sources; only what has two forms stands here. -->
<TS version="2.1" language="en">
    <context>
        <name>ErrorText</name>
        <message numerus="yes">
            <source>The engine has not responded for %n second(s) and was stopped.</source>
            <translation>
                <numerusform>The engine has not responded for %n second and was stopped.</numerusform>
                <numerusform>The engine has not responded for %n seconds and was stopped.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The site for models asks for a pause; try again in %n minute(s).</source>
            <translation>
                <numerusform>The site for models asks for a pause; try again in %n minute.</numerusform>
                <numerusform>The site for models asks for a pause; try again in %n minutes.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ForEverDialog</name>
        <message numerus="yes">
            <source>Empty the trash? %n conversation(s) will be deleted for ever.</source>
            <translation>
                <numerusform>Empty the trash? %n conversation will be deleted for ever.</numerusform>
                <numerusform>Empty the trash? %n conversations will be deleted for ever.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Delete %n conversation(s) for ever?</source>
            <translation>
                <numerusform>Delete %n conversation for ever?</numerusform>
                <numerusform>Delete %n conversations for ever?</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ListWords</name>
        <message numerus="yes">
            <source>Folder {name}, open, %n conversation(s)</source>
            <translation>
                <numerusform>Folder {name}, open, %n conversation</numerusform>
                <numerusform>Folder {name}, open, %n conversations</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Folder {name}, closed, %n conversation(s)</source>
            <translation>
                <numerusform>Folder {name}, closed, %n conversation</numerusform>
                <numerusform>Folder {name}, closed, %n conversations</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ListMenus</name>
        <message numerus="yes">
            <source>Restore %n removed message(s)</source>
            <translation>
                <numerusform>Restore %n removed message</numerusform>
                <numerusform>Restore %n removed messages</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MessageActions</name>
        <message numerus="yes">
            <source>%n message(s) removed.</source>
            <translation>
                <numerusform>%n message removed.</numerusform>
                <numerusform>%n messages removed.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MessageMenu</name>
        <message numerus="yes">
            <source>Restore %n removed message(s)</source>
            <translation>
                <numerusform>Restore %n removed message</numerusform>
                <numerusform>Restore %n removed messages</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n line(s)</source>
            <translation>
                <numerusform>%n line</numerusform>
                <numerusform>%n lines</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelStatusText</name>
        <message numerus="yes">
            <source>Processor, %n thread(s)</source>
            <translation>
                <numerusform>Processor, %n thread</numerusform>
                <numerusform>Processor, %n threads</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Loading {percent} %, %n second(s) left</source>
            <translation>
                <numerusform>Loading {percent} %, %n second left</numerusform>
                <numerusform>Loading {percent} %, %n seconds left</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>QueuedMessages</name>
        <message numerus="yes">
            <source>%n more message(s)</source>
            <translation>
                <numerusform>%n more message</numerusform>
                <numerusform>%n more messages</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TagsDialog</name>
        <message numerus="yes">
            <source>Tags of %n conversation(s)</source>
            <translation>
                <numerusform>Tags of %n conversation</numerusform>
                <numerusform>Tags of %n conversations</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TakenBack</name>
        <message numerus="yes">
            <source>%n message(s) will not be sent.</source>
            <translation>
                <numerusform>%n message will not be sent.</numerusform>
                <numerusform>%n messages will not be sent.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ThinkingButton</name>
        <message numerus="yes">
            <source>At most %n token(s) of thought</source>
            <translation>
                <numerusform>At most %n token of thought</numerusform>
                <numerusform>At most %n tokens of thought</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrashListModel</name>
        <message numerus="yes">
            <source>{title}, deleted for ever in %n day(s)</source>
            <translation>
                <numerusform>{title}, deleted for ever in %n day</numerusform>
                <numerusform>{title}, deleted for ever in %n days</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n day</numerusform>
                <numerusform>%n days</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Undo</name>
        <message numerus="yes">
            <source>%n conversation(s) moved to trash.</source>
            <translation>
                <numerusform>%n conversation moved to trash.</numerusform>
                <numerusform>%n conversations moved to trash.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TranscriptWords</name>
        <message numerus="yes">
            <source>Thought for %n second(s)</source>
            <translation>
                <numerusform>Thought for %n second</numerusform>
                <numerusform>Thought for %n seconds</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The model no longer reads the %n message(s) above that are pale.</source>
            <translation>
                <numerusform>The model no longer reads the pale message above.</numerusform>
                <numerusform>The model no longer reads the %n pale messages above.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Summary of %n message(s) above, which the model reads in their place</source>
            <translation>
                <numerusform>Summary of the message above, which the model reads in its place</numerusform>
                <numerusform>Summary of the %n messages above, which the model reads in their place</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{reading}, %n second(s) left</source>
            <translation>
                <numerusform>{reading}, %n second left</numerusform>
                <numerusform>{reading}, %n seconds left</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Safekeeping</name>
        <message numerus="yes">
            <source>The file with your conversations was damaged and set aside; all %n conversation(s) are back.</source>
            <translation>
                <numerusform>The file with your conversations was damaged and set aside; its %n conversation is back.</numerusform>
                <numerusform>The file with your conversations was damaged and set aside; all %n conversations are back.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The file with your conversations was damaged and set aside; %n conversation(s) with {messages} messages are back, and what was written after {time} may be missing.</source>
            <translation>
                <numerusform>The file with your conversations was damaged and set aside; %n conversation with {messages} messages is back, and what was written after {time} may be missing.</numerusform>
                <numerusform>The file with your conversations was damaged and set aside; %n conversations with {messages} messages are back, and what was written after {time} may be missing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The file with your conversations was damaged and set aside; %n conversation(s) with {messages} messages are back, and others may be missing.</source>
            <translation>
                <numerusform>The file with your conversations was damaged and set aside; %n conversation with {messages} messages is back, and others may be missing.</numerusform>
                <numerusform>The file with your conversations was damaged and set aside; %n conversations with {messages} messages are back, and others may be missing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n conversation(s) came back from the backup.</source>
            <translation>
                <numerusform>%n conversation came back from the backup.</numerusform>
                <numerusform>%n conversations came back from the backup.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n message(s) came back from the backup.</source>
            <translation>
                <numerusform>%n message came back from the backup.</numerusform>
                <numerusform>%n messages came back from the backup.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompt template(s), persona(s) or preset(s) came back from the backup.</source>
            <translation>
                <numerusform>%n prompt template, persona or preset came back from the backup.</numerusform>
                <numerusform>%n prompt templates, personas or presets came back from the backup.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>AttachmentChips</name>
        <message numerus="yes">
            <source>%n token(s)</source>
            <translation>
                <numerusform>%n token</numerusform>
                <numerusform>%n tokens</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Attaching</name>
        <message numerus="yes">
            <source>Only the first %n file(s) were attached.</source>
            <translation>
                <numerusform>Only the first file was attached.</numerusform>
                <numerusform>Only the first %n files were attached.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ImportDialog</name>
        <message numerus="yes">
            <source>%n conversation(s) so far</source>
            <translation>
                <numerusform>%n conversation so far</numerusform>
                <numerusform>%n conversations so far</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ReportText</name>
        <message numerus="yes">
            <source>%n conversation(s) imported.</source>
            <translation>
                <numerusform>%n conversation imported.</numerusform>
                <numerusform>%n conversations imported.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n conversation(s) got messages that were missing.</source>
            <translation>
                <numerusform>%n conversation got messages that were missing.</numerusform>
                <numerusform>%n conversations got messages that were missing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n item(s) skipped.</source>
            <translation>
                <numerusform>%n item skipped.</numerusform>
                <numerusform>%n items skipped.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) or file(s) left a note in their place.</source>
            <translation>
                <numerusform>%n picture or file left a note in its place.</numerusform>
                <numerusform>%n pictures or files left a note in their place.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n step(s) of tools were left out.</source>
            <translation>
                <numerusform>%n step of a tool was left out.</numerusform>
                <numerusform>%n steps of tools were left out.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n other file(s) hold no conversations.</source>
            <translation>
                <numerusform>%n other file holds no conversations.</numerusform>
                <numerusform>%n other files hold no conversations.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>“{name}” from {application}: %n message(s)</source>
            <translation>
                <numerusform>“{name}” from {application}: %n message</numerusform>
                <numerusform>“{name}” from {application}: %n messages</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ConversationExport</name>
        <message numerus="yes">
            <source>Export %n conversation(s)</source>
            <translation>
                <numerusform>Export %n conversation</numerusform>
                <numerusform>Export %n conversations</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ContextPanel</name>
        <message numerus="yes">
            <source>%n message(s), shown pale, are not read by the model.</source>
            <translation>
                <numerusform>%n message, shown pale, is not read by the model.</numerusform>
                <numerusform>%n messages, shown pale, are not read by the model.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelChoice</name>
        <message numerus="yes">
            <source>After %n minute(s)</source>
            <translation>
                <numerusform>After %n minute</numerusform>
                <numerusform>After %n minutes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ConnectionListModel</name>
        <message numerus="yes">
            <source>%n request(s)</source>
            <translation>
                <numerusform>%n request</numerusform>
                <numerusform>%n requests</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DownloadWords</name>
        <message numerus="yes">
            <source>%n download(s), {size} to go</source>
            <translation>
                <numerusform>%n download, {size} to go</numerusform>
                <numerusform>%n downloads, {size} to go</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LevelWords</name>
        <message numerus="yes">
            <source>about %n hour(s)</source>
            <translation>
                <numerusform>about %n hour</numerusform>
                <numerusform>about %n hours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n minute(s)</source>
            <translation>
                <numerusform>about %n minute</numerusform>
                <numerusform>about %n minutes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n second(s)</source>
            <translation>
                <numerusform>about %n second</numerusform>
                <numerusform>about %n seconds</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FirstCard</name>
        <message numerus="yes">
            <source>I already have models: %n found</source>
            <translation>
                <numerusform>I already have a model: %n found</numerusform>
                <numerusform>I already have models: %n found</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>HubPage</name>
        <message numerus="yes">
            <source>%n model(s), and more</source>
            <translation>
                <numerusform>%n model, and more</numerusform>
                <numerusform>%n models, and more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n model(s)</source>
            <translation>
                <numerusform>%n model</numerusform>
                <numerusform>%n models</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LocalBar</name>
        <message numerus="yes">
            <source>%n model(s), {size}</source>
            <translation>
                <numerusform>%n model, {size}</numerusform>
                <numerusform>%n models, {size}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{some} of %n model(s)</source>
            <translation>
                <numerusform>{some} of %n model</numerusform>
                <numerusform>{some} of %n models</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LocalWords</name>
        <message numerus="yes">
            <source>used %n day(s) ago</source>
            <translation>
                <numerusform>used %n day ago</numerusform>
                <numerusform>used %n days ago</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LocalDeeds</name>
        <message numerus="yes">
            <source>Its %n file(s) can be brought back from your system’s trash; {size} becomes free when that is emptied.</source>
            <translation>
                <numerusform>It can be brought back from your system’s trash; {size} becomes free when that is emptied.</numerusform>
                <numerusform>Its %n files can be brought back from your system’s trash; {size} becomes free when that is emptied.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Its %n file(s) can be brought back from your system’s trash until that is emptied.</source>
            <translation>
                <numerusform>It can be brought back from your system’s trash until that is emptied.</numerusform>
                <numerusform>Its %n files can be brought back from your system’s trash until that is emptied.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelDetailsDialog</name>
        <message numerus="yes">
            <source>{size} in %n file(s)</source>
            <translation>
                <numerusform>{size} in %n file</numerusform>
                <numerusform>{size} in %n files</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelFoldersDialog</name>
        <message numerus="yes">
            <source>{folder}: %n model(s), {size}</source>
            <translation>
                <numerusform>{folder}: %n model, {size}</numerusform>
                <numerusform>{folder}: %n models, {size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FoundModelsDialog</name>
        <message numerus="yes">
            <source>{application}: %n model(s), {size}</source>
            <translation>
                <numerusform>{application}: %n model, {size}</numerusform>
                <numerusform>{application}: %n models, {size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RepositoryWords</name>
        <message numerus="yes">
            <source>{n} download(s)</source>
            <translation>
                <numerusform>{n} download</numerusform>
                <numerusform>{n} downloads</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} like(s)</source>
            <translation>
                <numerusform>{n} like</numerusform>
                <numerusform>{n} likes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StartPage</name>
        <message numerus="yes">
            <source>%n language(s)</source>
            <translation>
                <numerusform>%n language</numerusform>
                <numerusform>%n languages</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PromptsPage</name>
        <message numerus="yes">
            <source>%n template(s) removed.</source>
            <translation>
                <numerusform>%n template removed.</numerusform>
                <numerusform>%n templates removed.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n template(s) imported.</source>
            <translation>
                <numerusform>%n template imported.</numerusform>
                <numerusform>%n templates imported.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n skipped; the details say why.</source>
            <translation>
                <numerusform>%n was skipped; the details say why.</numerusform>
                <numerusform>%n were skipped; the details say why.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SettingTexts</name>
        <message numerus="yes">
            <source>After %n minute(s)</source>
            <translation>
                <numerusform>After %n minute</numerusform>
                <numerusform>After %n minutes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>At most %n token(s)</source>
            <translation>
                <numerusform>At most %n token</numerusform>
                <numerusform>At most %n tokens</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ParameterList</name>
        <message numerus="yes">
            <source>%n choice(s) here</source>
            <translation>
                <numerusform>%n choice here</numerusform>
                <numerusform>%n choices here</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ParameterWords</name>
        <message numerus="yes">
            <source>a text of %n character(s)</source>
            <translation>
                <numerusform>a text of %n character</numerusform>
                <numerusform>a text of %n characters</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelView</name>
        <message numerus="yes">
            <source>At most %n token(s)</source>
            <translation>
                <numerusform>At most %n token</numerusform>
                <numerusform>At most %n tokens</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SimpleView</name>
        <message numerus="yes">
            <source>about %n page(s)</source>
            <translation>
                <numerusform>about %n page</numerusform>
                <numerusform>about %n pages</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PersonasPage</name>
        <message numerus="yes">
            <source>%n persona(s) removed; conversations that have them keep them.</source>
            <translation>
                <numerusform>%n persona removed; conversations that have it keep it.</numerusform>
                <numerusform>%n personas removed; conversations that have them keep them.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n persona(s) imported.</source>
            <translation>
                <numerusform>%n persona imported.</numerusform>
                <numerusform>%n personas imported.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n skipped; the details say why.</source>
            <translation>
                <numerusform>%n was skipped; the details say why.</numerusform>
                <numerusform>%n were skipped; the details say why.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MovingDialog</name>
        <message numerus="yes">
            <source>about %n minute(s) left</source>
            <translation>
                <numerusform>about %n minute left</numerusform>
                <numerusform>about %n minutes left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n second(s) left</source>
            <translation>
                <numerusform>about %n second left</numerusform>
                <numerusform>about %n seconds left</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>EndpointsCard</name>
        <message numerus="yes">
            <source>No more than %n addresses can be kept. Remove one to add another.</source>
            <translation>
                <numerusform>No more than %n address can be kept. Remove one to add another.</numerusform>
                <numerusform>No more than %n addresses can be kept. Remove one to add another.</numerusform>
            </translation>
        </message>
    </context>
</TS>

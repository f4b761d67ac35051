/** Namespace of the structures that the test server defines itself. */
export const recipeUri = 'urn:fieldwarden:recipes';

/** Structures and an enumeration as a vendor's nodeset defines them: Recipe { Weight, Mode, Steps: Step[] }, Step { Name, DurationMs }. */
export const recipeNodeset = `<?xml version="1.0" encoding="utf-8"?>
<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">
  <NamespaceUris><Uri>${recipeUri}</Uri></NamespaceUris>
  <Models><Model ModelUri="${recipeUri}" Version="1.0.0" PublicationDate="2026-11-30T00:00:00Z"><RequiredModel ModelUri="http://opcfoundation.org/UA/" /></Model></Models>
  <Aliases><Alias Alias="HasSubtype">i=45</Alias><Alias Alias="HasEncoding">i=38</Alias><Alias Alias="HasProperty">i=46</Alias><Alias Alias="HasTypeDefinition">i=40</Alias></Aliases>
  <UADataType NodeId="ns=1;i=3001" BrowseName="1:Mode">
    <DisplayName>Mode</DisplayName>
    <References><Reference ReferenceType="HasSubtype" IsForward="false">i=29</Reference><Reference ReferenceType="HasProperty">ns=1;i=3101</Reference></References>
    <Definition Name="1:Mode"><Field Name="Off" Value="0" /><Field Name="Manual" Value="1" /><Field Name="Auto" Value="2" /></Definition>
  </UADataType>
  <UAVariable NodeId="ns=1;i=3101" BrowseName="EnumStrings" ParentNodeId="ns=1;i=3001" DataType="i=21" ValueRank="1">
    <DisplayName>EnumStrings</DisplayName>
    <References><Reference ReferenceType="HasTypeDefinition">i=68</Reference><Reference ReferenceType="HasProperty" IsForward="false">ns=1;i=3001</Reference></References>
    <Value><ListOfLocalizedText xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd"><LocalizedText><Text>Off</Text></LocalizedText><LocalizedText><Text>Manual</Text></LocalizedText><LocalizedText><Text>Auto</Text></LocalizedText></ListOfLocalizedText></Value>
  </UAVariable>
  <UADataType NodeId="ns=1;i=3002" BrowseName="1:Step">
    <DisplayName>Step</DisplayName>
    <References><Reference ReferenceType="HasSubtype" IsForward="false">i=22</Reference></References>
    <Definition Name="1:Step"><Field Name="Name" DataType="i=12" /><Field Name="DurationMs" DataType="i=9" /></Definition>
  </UADataType>
  <UADataType NodeId="ns=1;i=3003" BrowseName="1:Recipe">
    <DisplayName>Recipe</DisplayName>
    <References><Reference ReferenceType="HasSubtype" IsForward="false">i=22</Reference></References>
    <Definition Name="1:Recipe"><Field Name="Weight" DataType="i=11" /><Field Name="Mode" DataType="ns=1;i=3001" /><Field Name="Steps" DataType="ns=1;i=3002" ValueRank="1" /></Definition>
  </UADataType>
  <UAObject NodeId="ns=1;i=5002" BrowseName="Default Binary" SymbolicName="DefaultBinary">
    <DisplayName>Default Binary</DisplayName>
    <References><Reference ReferenceType="HasEncoding" IsForward="false">ns=1;i=3002</Reference><Reference ReferenceType="HasTypeDefinition">i=76</Reference></References>
  </UAObject>
  <UAObject NodeId="ns=1;i=5003" BrowseName="Default Binary" SymbolicName="DefaultBinary">
    <DisplayName>Default Binary</DisplayName>
    <References><Reference ReferenceType="HasEncoding" IsForward="false">ns=1;i=3003</Reference><Reference ReferenceType="HasTypeDefinition">i=76</Reference></References>
  </UAObject>
</UANodeSet>
`;
